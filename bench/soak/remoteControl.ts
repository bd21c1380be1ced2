import type { FaultRule, RequestRecord, SandboxMessage } from '../../sandbox';

/** Client of the control API of a sandbox in another process. */
export class RemoteControl {
	/** @param origin `http://127.0.0.1:PORT` */
	constructor(private readonly origin: string) {}

	/** Resets the state and the random faults. */
	async reset(): Promise<void> {
		await this.call('DELETE', '/state');
	}

	async addFaults(rules: FaultRule[]): Promise<void> {
		await this.call('POST', '/faults', rules);
	}

	/** Delivered messages in order of delivery. */
	async messages(): Promise<SandboxMessage[]> {
		return await this.call<SandboxMessage[]>('GET', '/messages');
	}

	async requests(): Promise<RequestRecord[]> {
		return await this.call<RequestRecord[]>('GET', '/requests');
	}

	private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.origin}/control${path}`, {
			method,
			...(body === undefined
				? {}
				: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
		});
		if (!response.ok)
			throw new Error(
				`${method} /control${path} returned ${response.status}: ${await response.text()}`,
			);
		return (await response.json()) as T;
	}
}
