import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';

import { isFlawless, soak, type Report } from '../../bench/soak/scenarios';
import { startSoakSandbox, type SoakSandbox } from '../../bench/soak/soakSandbox';
import { tally, textOf } from '../../bench/soak/tally';
import { BACKOFF } from '../../nodes/shared/retry';
import type { SandboxMessage } from '../../sandbox';
import { RequestTimes } from '../support/requestTimes';

let sandbox: SoakSandbox;

beforeAll(async () => {
	sandbox = await startSoakSandbox(7);
});
afterAll(async () => await sandbox.close());

it('500 messages to 100 recipients arrive once, in order and at their time, in each scenario', async () => {
	jest.replaceProperty(BACKOFF, 'firstMs', 100);
	const reports: Report[] = [];
	for await (const report of soak(sandbox, { messages: 500, recipients: 100 }))
		reports.push(report);
	expect(reports).toHaveLength(3);
	expect(reports.filter((report) => !isFlawless(report))).toEqual([]);
}, 120_000);

it('finds the requests of a client that ignores a block', async () => {
	const { control, credential } = sandbox;
	await control.reset();
	await control.addFaults([{ kind: 'rateLimit', route: 'send', retryAfter: 60 }]);
	const times = new RequestTimes().start();
	const post = async () => {
		const sent = request(`${credential.baseUrl}/send`, { method: 'POST', agent: false });
		const [response] = (await once(sent.end('{}'), 'response')) as [IncomingMessage];
		await once(response.resume(), 'end');
	};
	await Promise.all([post(), post()]);
	await setImmediate();
	await post();
	times.stop();
	const requests = await control.requests();
	expect(times.duringBlock(requests)).toEqual([requests[2]]);
});

describe('the tally', () => {
	const message = (phone: string, execution: string, number: number) =>
		({ phone, text: textOf(execution, number) }) as SandboxMessage;

	it('counts a message that came twice', () => {
		expect(tally([message('1', 'A', 1), message('1', 'A', 1)])).toMatchObject({
			delivered: 2,
			duplicates: 1,
			orderViolations: 0,
		});
	});

	it('counts a message that came after a later one', () => {
		expect(tally([message('1', 'A', 2), message('1', 'A', 1)])).toMatchObject({
			delivered: 2,
			duplicates: 0,
			orderViolations: 1,
		});
	});

	it('does not compare recipients or executions', () => {
		const messages = [message('1', 'A', 2), message('2', 'A', 1), message('1', 'B', 1)];
		expect(tally(messages)).toEqual({
			delivered: 3,
			duplicates: 0,
			orderViolations: 0,
		});
	});
});
