import { performance } from 'node:perf_hooks';

import { useAction, LEAD } from '../../support/action';
import { runChert } from '../../support/engine';
import { until } from '../../support/until';
import { EACH, errorText, item, numbered, phone, serve } from './support';

const action = useAction();
const control = () => action.sandbox.control;

/** More than the node needs to end, far less than any wait of these tests. */
const AT_ONCE_MS = 1000;

/** For tests that leave their recipients blocked: the block outlives the sandbox's own record of it. */
const BLOCKED = [phone(200), phone(201)];

/** Runs until the condition holds, then cancels; gives the time from there to the end, in milliseconds. */
async function cancelWhen(
	condition: () => boolean,
	start: (onStart: (cancel: () => void) => void) => Promise<unknown>,
): Promise<number> {
	let cancel = () => {};
	const running = start((given) => (cancel = given));
	await until(condition);
	const cancelledAt = performance.now();
	cancel();
	await running;
	return performance.now() - cancelledAt;
}

it('ends a wait that Chert requested', async () => {
	control().addFaults({ kind: 'saturated', retryAfter: 60 });
	const elapsedMs = await cancelWhen(
		() => action.requests().length === 2,
		async (onStart) =>
			await action.run('message.send', EACH, {
				items: [item(BLOCKED[0], 'a'), item(BLOCKED[1], 'b'), item(BLOCKED[0], 'c')],
				onStart,
			}),
	);
	expect(elapsedMs).toBeLessThan(AT_ONCE_MS);
	control().clearFaults();
	expect(action.requests()).toHaveLength(2);
	expect(control().messages()).toHaveLength(0);
});

it('ends a backoff', async () => {
	control().addFaults({ kind: 'serverError' });
	const elapsedMs = await cancelWhen(
		() => action.requests().length === 3,
		async (onStart) =>
			await action.run('message.send', { phone: LEAD, body: 'Hello' }, { onStart }),
	);
	expect(elapsedMs).toBeLessThan(AT_ONCE_MS);
	expect(action.requests()).toHaveLength(3);
});

it.each([undefined, 'continueRegularOutput' as const])(
	'ends requests under way and starts no others (On Error: %s)',
	async (onError) => {
		let open = 0;
		let seen = 0;
		const server = await serve((request) => {
			open++;
			seen++;
			request.resume();
			request.socket.once('close', () => open--);
		});
		const credential = { signingSecret: 'x'.repeat(32), baseUrl: server.origin };
		const elapsedMs = await cancelWhen(
			() => open === 24,
			async (onStart) =>
				await runChert(
					{ resource: 'message', operation: 'send', ...EACH },
					{ credential, items: numbered(200, 100), onError, onStart },
				),
		);
		expect(elapsedMs).toBeLessThan(AT_ONCE_MS);
		await until(() => open === 0);
		expect(seen).toBe(24);
		await server.close();
	},
);

it('keeps what was sent: a retry of the cancelled execution sends the rest', async () => {
	control().addFaults({ kind: 'slow', delayMs: 3000, recipient: phone(3), times: 1 });
	let cancel = () => {};
	const items = numbered(6, 6);
	const running = action.run('message.send', EACH, { items, onStart: (given) => (cancel = given) });
	await until(() => control().messages().length === 5);
	cancel();
	const cancelled = await running;
	const { error } = await action.run('message.send', EACH, { items, retryOf: cancelled.run.data });
	expect(error).toBeUndefined();
	expect(control().audit()).toMatchObject({ delivered: 6, duplicates: [] });
	expect(errorText(cancelled)).not.toContain(action.sandbox.signingSecret);
});
