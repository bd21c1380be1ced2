import { ApiError } from '../world/apiError';
import type { RouteResponse } from './routeResponse';

interface Entry {
	fingerprint: string;
	response: Promise<RouteResponse>;
}

/**
 * Stores the first response of each idempotency key (§2.5, §10). A second request with the same key and body gets
 * that response; while the first one is still running, it waits for it. Errors are not stored, so a retry runs again.
 */
export class Idempotency {
	private readonly entries = new Map<string, Entry>();

	/**
	 * @param scopedKey the key, with its scope
	 * @param fingerprint the request; must be the same for the same key
	 * @throws ApiError 1012/409 for the same key with another request
	 */
	async once(
		scopedKey: string,
		fingerprint: string,
		work: () => Promise<RouteResponse>,
	): Promise<RouteResponse> {
		const known = this.entries.get(scopedKey);
		if (known) {
			if (known.fingerprint !== fingerprint) {
				throw new ApiError(1012, { message: 'This idempotency key was used with another body' });
			}
			return await known.response;
		}
		const entry = { fingerprint, response: work() };
		this.entries.set(scopedKey, entry);
		try {
			return await entry.response;
		} catch (error) {
			this.entries.delete(scopedKey);
			throw error;
		}
	}

	clear(): void {
		this.entries.clear();
	}
}
