import type { Answer } from './http';
import { ApiError } from './errors';

interface Entry {
	fingerprint: string;
	answer: Promise<Answer>;
}

/**
 * Remembers the first answer of each idempotency key (§2.5, §10). A second request with the same key and body gets
 * that answer, also while the first one is still being worked on. Failures are not remembered: a retry works anew.
 */
export class Idempotency {
	private readonly entries = new Map<string, Entry>();

	/**
	 * @param slot key and scope
	 * @param fingerprint the request; a different one under the same key is refused
	 * @throws ApiError 1012/409 for the same key with another request
	 */
	async once(slot: string, fingerprint: string, work: () => Promise<Answer>): Promise<Answer> {
		const known = this.entries.get(slot);
		if (known) {
			if (known.fingerprint !== fingerprint) {
				throw new ApiError(1012, { message: 'This idempotency key was used with another body' });
			}
			return await known.answer;
		}
		const entry = { fingerprint, answer: work() };
		this.entries.set(slot, entry);
		try {
			return await entry.answer;
		} catch (error) {
			this.entries.delete(slot);
			throw error;
		}
	}

	clear(): void {
		this.entries.clear();
	}
}
