import { createHmac } from 'node:crypto';

import type { ApiResponse } from '../support/api';

/** Lower-case hex of HMAC-SHA256 over `<seconds>.<body>` with the secret as text (§1.3, §5.5). */
export function sign(secret: string, seconds: number | string, body: string): string {
	return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}

/** Asserts the standard envelope (§2.1) with its HTTP status and code. */
export function expectError(
	response: ApiResponse,
	status: number,
	code: number,
	retryable = false,
): void {
	expect({ status: response.status, ...response.body }).toMatchObject({
		status,
		success: false,
		error: { status, code, retryable },
	});
	expect(response.body.error.message).toEqual(expect.any(String));
	expect(response.body.trace_id).toBe(response.headers.get('x-trace-id'));
}

/** Asserts the flat shape of `/send` (§2.2). */
export function expectFlatError(
	response: ApiResponse,
	status: number,
	code: number,
	retryable = false,
): void {
	expect({ http: response.status, ...response.body }).toMatchObject({
		http: status,
		status: 'failed',
		code,
		retryable,
	});
	expect(response.body).not.toHaveProperty('error');
	expect(response.body.trace_id).toBe(response.headers.get('x-trace-id'));
}
