import type { Row } from '../../hosts/dataTables';
import { fillExample } from '../../hosts/examples';
import { until } from '../../hosts/ready';
import { failureOf, outputOf, type Execution } from '../../hosts/rest';
import { callWebhook, type TestHost } from './testHost';

const ANA = '+15550100123';
const BEN = '+15550100124';

const OPT_OUTS = 'Chert opt-outs';
const CUSTOMERS = 'Review customers';
const CALL_BACKS = 'Review call-backs';

/** The examples that remember customers in n8n's data tables. */
export function dataTableExampleCases(host: () => TestHost, major: 1 | 2): void {
	const control = () => host().sandbox.control;
	const textsTo = (phone: string) =>
		control()
			.messages({ phone })
			.map(({ text }) => text);

	/** The executions of a workflow once there are that many, all of them without an error. */
	async function succeeded(id: string, count: number): Promise<Execution[]> {
		const executions = await host().n8n.rest.executionsEnded(id, count);
		expect(executions.map(failureOf)).toEqual(Array.from({ length: count }, () => ''));
		return executions;
	}

	describe('record-opt-outs', () => {
		const activate = async () => {
			const id = await host().importExample('record-opt-outs');
			await host().n8n.rest.activate(id);
			return id;
		};

		it('saves the number and confirms once, however often the person opts out', async () => {
			const id = await activate();
			await control().reply(ANA, { text: 'STOP.' });
			await succeeded(id, 1);
			await control().reply(ANA, { text: 'unsubscribe' });
			await succeeded(id, 2);

			expect(await host().tables.rows(OPT_OUTS)).toMatchObject([
				{ phone: ANA, word: 'stop', optedOutAt: expect.stringMatching(/^\d{4}-/) },
			]);
			expect(textsTo(ANA)).toEqual([expect.stringContaining('any more texts')]);
		});

		it('confirms once when the person opts out several times at once', async () => {
			const id = await activate();
			await Promise.all(
				['stop', 'Stop!', 'STOP'].map(async (text) => await control().reply(ANA, { text })),
			);
			await succeeded(id, 3);
			expect(textsTo(ANA)).toHaveLength(1);
			const rows = await host().tables.rows(OPT_OUTS);
			expect(new Set(rows.map(({ phone }) => phone))).toEqual(new Set([ANA]));
		});

		it('leaves other messages and groups alone', async () => {
			const id = await activate();
			await control().reply(ANA, { text: 'Please stop by at nine' });
			await control().reply(BEN, { text: 'stop' });
			await succeeded(id, 2);
			expect(await host().tables.rows(OPT_OUTS)).toMatchObject([{ phone: BEN }]);
			expect(textsTo(ANA)).toEqual([]);
		});

		it('saves the number even if the confirmation cannot be sent', async () => {
			const id = await activate();
			control().addFaults({ kind: 'notRetryable', route: 'chats.send' });
			await control().reply(ANA, { text: 'stop' });
			const [execution] = await host().n8n.rest.executionsEnded(id, 1);
			expect(failureOf(execution)).toMatch(/^Confirm opt-out: /);
			expect(await host().tables.rows(OPT_OUTS)).toMatchObject([{ phone: ANA }]);
		});

		// n8n 1 cannot create tables in a workflow.
		(major === 1 ? it.skip : it)('creates its table, and keeps it when run again', async () => {
			const { n8n, tables } = host();
			const id = await host().importExample('record-opt-outs');
			await tables.deleteAll();
			const setUp = async () =>
				await n8n.rest.executionEnded(await n8n.rest.run(id, 'Set up table'));
			expect(failureOf(await setUp())).toBe('');
			await tables.insert(OPT_OUTS, [{ phone: BEN, word: 'stop' }]);
			expect(failureOf(await setUp())).toBe('');
			expect(await tables.rows(OPT_OUTS)).toMatchObject([{ phone: BEN }]);
		});
	});

	describe('review-request-guarded', () => {
		/** Imports and activates the example. Replies wait less, and progress is saved, so that a test can follow it. */
		async function activate(settings?: Record<string, string>): Promise<string> {
			const { credentialId } = host();
			const workflow = fillExample('review-request-guarded', { credentialId, settings });
			const trigger = workflow.nodes.find(({ name }) => name === 'Receive reply');
			Object.assign(trigger?.parameters.options as object, { waitForPause: 2 });
			workflow.settings = { ...workflow.settings, saveExecutionProgress: true };
			const id = await host().importWorkflow(workflow);
			await host().n8n.rest.activate(id);
			return id;
		}
		const addCustomer = async (row: Row = {}) =>
			await host().tables.insert(CUSTOMERS, [
				{ phone: ANA, name: 'Ana', consent: true, timeZone: zoneAt(12), ...row },
			]);
		const finishJob = async (phone = ANA) =>
			await callWebhook(host(), 'review-job-done', {
				customer: { name: 'Ana', phone },
				photoUrl: `${host().files.url}/after.png`,
			});
		const reasons = (execution: Execution) =>
			Object.keys(execution.data.resultData.runData)
				.filter((node) => node.startsWith('Report '))
				.flatMap((node) => outputOf(execution, node).map(({ json }) => json));

		it('asks with a photo and the link, and remembers that', async () => {
			const id = await activate({ reviewLink: 'https://shop.example/review' });
			await addCustomer();
			await finishJob();
			const [execution] = await succeeded(id, 1);
			expect(reasons(execution)).toEqual([]);
			const [request, link, ...others] = control().messages({ phone: ANA });
			expect(others).toEqual([]);
			expect(request).toMatchObject({
				route: 'send',
				text: expect.stringContaining('Hi Ana, thank you for choosing Northwind Roofing!'),
				attachments: [{ mimeType: 'image/png', sizeBytes: 8006 }],
			});
			expect(link).toMatchObject({
				chatId: request.chatId,
				parts: [{ type: 'rich_link', url: 'https://shop.example/review' }],
			});
			expect(await host().tables.rows(CUSTOMERS)).toMatchObject([
				{ awaitsReply: true, lastRequestAt: expect.stringMatching(/^\d{4}-/) },
			]);

			await finishJob();
			const [, second] = await succeeded(id, 2);
			expect(reasons(second)).toMatchObject([{ reason: expect.stringContaining('was asked on') }]);
			expect(control().messages({ phone: ANA })).toHaveLength(2);
		});

		it.each<[string, Row | undefined, string]>([
			['who is not in the table', undefined, 'is not in Review customers'],
			['without consent', { consent: false }, 'has not agreed'],
			['with an unknown consent', { consent: null }, 'has not agreed'],
			['who was asked 89 days ago', { lastRequestAt: daysAgo(89) }, 'was asked on'],
			['with an unknown time zone', { timeZone: 'Middle/Earth' }, 'no time zone "Middle/Earth"'],
		])('does not ask a customer %s', async (_, row, reason) => {
			const id = await activate();
			if (row) await addCustomer(row);
			await finishJob();
			const [execution] = await succeeded(id, 1);
			expect(reasons(execution)).toEqual([{ phone: ANA, reason: expect.stringContaining(reason) }]);
			expect(control().messages()).toEqual([]);
		});

		it('does not ask a customer who opted out, as recorded by record-opt-outs', async () => {
			const recorder = await host().importExample('record-opt-outs');
			await host().n8n.rest.activate(recorder);
			await control().reply(ANA, { text: 'stop' });
			await succeeded(recorder, 1);
			const id = await activate();
			await addCustomer();
			await finishJob();
			const [execution] = await succeeded(id, 1);
			expect(reasons(execution)).toEqual([{ phone: ANA, reason: 'The customer opted out' }]);
			expect(textsTo(ANA)).toEqual([expect.stringContaining('any more texts')]);
		});

		it('asks again after the cooldown, and in the time zone of Settings if there is no other', async () => {
			const id = await activate({ timeZone: zoneAt(12) });
			await addCustomer({ lastRequestAt: daysAgo(91), timeZone: null });
			await finishJob();
			await succeeded(id, 1);
			expect(control().messages({ phone: ANA })).toHaveLength(2);
		});

		it.each([
			['at night', 2, 7],
			['in the evening', 22, 11],
		])('waits until 9 am %s', async (_, localHour, hoursLeft) => {
			const id = await activate();
			const startOfHour = Math.floor(STARTED_AT.getTime() / HOUR_MS) * HOUR_MS;
			await addCustomer({ timeZone: zoneAt(localHour) });
			await finishJob();
			const { id: executionId } = await until(
				async () =>
					(await host().n8n.rest.executions(id)).find(({ status }) => status === 'waiting'),
				{ what: 'The wait', timeoutMs: 30_000 },
			);
			const { data } = await host().n8n.rest.execution(executionId);
			expect(new Date(data.waitTill ?? 0).getTime()).toBe(startOfHour + hoursLeft * HOUR_MS);
			expect(control().messages()).toEqual([]);
		});

		it('asks at the end of the quiet hours', async () => {
			const id = await activate({ quietFrom: timeAt(12, -3_600), quietUntil: timeAt(12, 4) });
			await addCustomer();
			await finishJob();
			const [execution] = await succeeded(id, 1);
			expect(outputOf(execution, 'Wait out quiet hours')).toHaveLength(1);
			expect(control().messages({ phone: ANA })).toHaveLength(2);
		});

		it('does not ask a customer who opts out during the quiet hours', async () => {
			const { n8n, tables } = host();
			const id = await activate({ quietFrom: timeAt(12, -3_600), quietUntil: timeAt(12, 20) });
			await addCustomer();
			await finishJob();
			await until(
				async () => {
					const [running] = await n8n.rest.executions(id);
					if (!running) return false;
					const { data } = await n8n.rest.execution(running.id);
					return 'Decide' in (data.resultData?.runData ?? {});
				},
				{ what: 'The first check', timeoutMs: 15_000 },
			);
			await tables.insert(OPT_OUTS, [{ phone: ANA, word: 'stop' }]);
			const [execution] = await succeeded(id, 1);
			expect(outputOf(execution, 'Wait out quiet hours')).toHaveLength(1);
			expect(reasons(execution)).toEqual([{ phone: ANA, reason: 'The customer opted out' }]);
			expect(control().messages()).toEqual([]);
		});

		it('reports an invalid number with the reason, and does not count it as asked', async () => {
			const id = await activate();
			await addCustomer({ phone: '555-0123' });
			await finishJob('555-0123');
			const [execution] = await succeeded(id, 1);
			// n8n 1 does not recognize an error item with details, and leaves it on the first output.
			const reported =
				major === 1
					? outputOf(execution, 'Send review request').map(({ json }) => json.message)
					: reasons(execution).map(({ reason }) => reason);
			expect(reported).toEqual([expect.stringContaining('does not start with +')]);
			expect(await host().tables.rows(CUSTOMERS)).toMatchObject([
				{ lastRequestAt: null, awaitsReply: null },
			]);
			expect(control().messages()).toEqual([]);
		});

		it.each([
			['5', 5],
			['Great work, thanks!', 5],
			['good', 4],
		])('thanks for the reply "%s", once', async (text, score) => {
			const id = await activate();
			await addCustomer({ awaitsReply: true });
			await control().reply(ANA, { text });
			await succeeded(id, 1);
			expect(textsTo(ANA)).toEqual([expect.stringContaining('Thank you! That means a lot')]);
			expect(await host().tables.rows(CUSTOMERS)).toMatchObject([
				{ lastScore: score, awaitsReply: false },
			]);
			await control().reply(ANA, { text: 'See you next year' });
			await succeeded(id, 2);
			expect(textsTo(ANA)).toHaveLength(1);
			expect(await host().tables.rows(CALL_BACKS)).toEqual([]);
		});

		it.each([
			['2', 2],
			['Good, but the yard is a mess: terrible', 1],
			['Not great', 2],
			['Can you send the invoice again?', null],
		])('saves a call-back task for the reply "%s"', async (text, score) => {
			const id = await activate();
			await addCustomer({ awaitsReply: true });
			await control().reply(ANA, { text });
			await succeeded(id, 1);
			expect(await host().tables.rows(CALL_BACKS)).toMatchObject([
				{ name: 'Ana', phone: ANA, score, reply: text, done: false },
			]);
			expect(textsTo(ANA)).toEqual([expect.stringContaining('will call you')]);
		});

		it('reads several messages as one reply', async () => {
			const id = await activate();
			await addCustomer({ awaitsReply: true });
			await control().reply(ANA, { text: '4' });
			await control().reply(ANA, { text: 'but the gutter is not done' });
			await succeeded(id, 2);
			expect(await host().tables.rows(CALL_BACKS)).toMatchObject([
				{ score: 2, reply: '4\nbut the gutter is not done' },
			]);
			expect(textsTo(ANA)).toEqual([expect.stringContaining('will call you')]);
		});

		it('does not reply to an opt-out, or to somebody who was not asked', async () => {
			const id = await activate();
			await addCustomer({ awaitsReply: true });
			await control().reply(ANA, { text: 'stop' });
			await control().reply(BEN, { text: '5' });
			await succeeded(id, 2);
			expect(control().messages()).toEqual([]);
			expect(await host().tables.rows(CUSTOMERS)).toMatchObject([{ lastScore: null }]);
		});

		// n8n 1 cannot create tables in a workflow.
		(major === 1 ? it.skip : it)('creates its tables', async () => {
			const { n8n, tables } = host();
			const id = await host().importExample('review-request-guarded');
			await tables.deleteAll();
			const execution = await n8n.rest.executionEnded(await n8n.rest.run(id, 'Set up tables'));
			expect(failureOf(execution)).toBe('');
			expect(Object.keys(await tables.ids()).sort()).toEqual([OPT_OUTS, CALL_BACKS, CUSTOMERS]);
		});
	});
}

const HOUR_MS = 3_600_000;

/** The time zones of these tests are relative to this moment. */
const STARTED_AT = new Date();

const daysAgo = (days: number) =>
	new Date(STARTED_AT.getTime() - days * 24 * HOUR_MS).toISOString();

/** Hours from UTC to a time zone where the tests start in this hour, at most 12. */
function offsetAt(localHour: number): number {
	const offset = localHour - STARTED_AT.getUTCHours();
	return offset > 12 ? offset - 24 : offset < -12 ? offset + 24 : offset;
}

/** A time zone where the tests start in this hour. The sign of these names is reversed. */
function zoneAt(localHour: number): string {
	const offset = offsetAt(localHour);
	return `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
}

/** What the clocks of {@link zoneAt} show in some seconds, as HH:mm:ss. */
function timeAt(localHour: number, seconds: number): string {
	const local = Date.now() + offsetAt(localHour) * HOUR_MS + seconds * 1000;
	return new Date(local).toISOString().slice(11, 19);
}
