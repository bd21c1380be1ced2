import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IDataObject } from 'n8n-workflow';

import { BACKOFF } from '../../../nodes/shared/retry';
import type { SandboxMessage } from '../../../sandbox';
import type { Input, RunResult } from '../../support/engine';

/** Lets the backoff begin with milliseconds instead of a second, where a test is not about its length. */
export function useQuickBackoff(): void {
	beforeEach(() => jest.replaceProperty(BACKOFF, 'firstMs', 20));
	afterEach(() => jest.restoreAllMocks());
}

/** A phone number for each position. */
export const phone = (position: number): string => `+1555020${String(position).padStart(4, '0')}`;

/** Sends what each item says: `{ phone, body }`. */
export const EACH: IDataObject = { phone: '={{ $json.phone }}', body: '={{ $json.body }}' };

/** The parameter `options`. */
export const options = (values: IDataObject): IDataObject => ({ options: values });

export const item = (to: string, body: string): Input => ({ json: { phone: to, body } });

/** `count` texts for `recipients` phones in turn, numbered so that the sandbox sees their order. */
export function numbered(count: number, recipients: number, word = 'Text'): Input[] {
	return Array.from({ length: count }, (_, index) =>
		item(phone(index % recipients), `${word} #${index}`),
	);
}

/** The idempotency key of each message. */
export function keysOf(messages: SandboxMessage[]): string[] {
	return messages.map(({ idempotencyKey }) => String(idempotencyKey));
}

/** The whole of an error or a result as text, whatever it hides in. */
export function errorText({ error }: Pick<RunResult, 'error'>): string {
	return `${error?.message} ${error?.description}`;
}

/** A server of the test, on a port that the system chooses. */
export async function serve(
	listener: RequestListener,
): Promise<{ origin: string; close(): Promise<void> }> {
	const server: Server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

export function respond(
	response: ServerResponse,
	body: unknown,
	status = 200,
	headers: Record<string, string> = {},
): void {
	response.writeHead(status, { 'content-type': 'application/json', ...headers });
	response.end(JSON.stringify(body));
}
