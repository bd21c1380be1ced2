import type { INode } from 'n8n-workflow';

import type { Row } from '../../hosts/dataTables';
import { fillExample, type FillIn } from '../../hosts/examples';
import { until } from '../../hosts/ready';
import { failureOf, type Execution, type WorkflowFile } from '../../hosts/rest';
import type { TestHost } from './testHost';

const TRIGGER = 'Start every 5 minutes';
const TABLE = 'Chert campaign';
const OPT_OUTS = 'Chert opt-outs';
const LINE = '+15550100001';
const OTHER_LINE = '+15550100002';
const ANA = { phone: '+15550100123', firstName: 'Ana' };
const BEN = { phone: '+1 (555) 010-0124', firstName: 'Ben' };
const CHLOE = { phone: '+15550100125', firstName: '' };
const PHONES = [ANA.phone, '+15550100124', CHLOE.phone];

const TIMER_TOLERANCE_MS = 20;

/** The example `campaign`. Instead of n8n's clock, the times in its table are moved. */
export function campaignExampleCases(host: () => TestHost): void {
	const control = () => host().sandbox.control;
	const sent = () =>
		control()
			.messages()
			.map(({ phone, text, line }) => ({ phone, text, line }));
	const recipients = () => sent().map(({ phone }) => phone);
	const sendRequests = () =>
		control()
			.requests()
			.filter(({ route }) => route === 'chats.create');
	const rows = async () => await host().tables.rows(TABLE);
	const statuses = async () => (await rows()).map(({ status }) => status);

	/** Imports the example with sending hours that never end, and fills its list. */
	async function importCampaign(
		contacts: Row[],
		settings: FillIn['settings'] = {},
		change: (workflow: WorkflowFile) => void = () => {},
	): Promise<string> {
		const workflow = fillExample('campaign', {
			credentialId: host().credentialId,
			settings: { text: 'Hi {firstName}!', sendFrom: 0, sendUntil: 24, ...settings },
		});
		change(workflow);
		const id = await host().importWorkflow(workflow);
		await host().tables.insert(TABLE, contacts);
		return id;
	}

	/** One start of the schedule, up to its end. */
	const start = async (id: string): Promise<Execution> => {
		const { rest } = host().n8n;
		return await rest.executionEnded(await rest.run(id, TRIGGER));
	};
	const succeed = async (id: string): Promise<void> => expect(failureOf(await start(id))).toBe('');

	/** Moves the times of the rows that are sent or claimed into the past. */
	const letPass = async (minutes: number): Promise<void> => {
		const earlier = (time: unknown) =>
			time === null ? null : new Date(Date.parse(String(time)) - minutes * 60_000).toISOString();
		for (const { id, sentAt, busyUntil } of await rows()) {
			const times = { sentAt: earlier(sentAt), busyUntil: earlier(busyUntil) };
			await host().tables.update(TABLE, { column: 'id', value: id }, times);
		}
	};

	it('sends one message at a time to a line, with the name, and keeps the minutes apart', async () => {
		const id = await importCampaign([ANA, BEN, CHLOE]);
		await succeed(id);
		await letPass(9);
		await succeed(id);
		expect(sent()).toEqual([{ phone: PHONES[0], text: 'Hi Ana!', line: LINE }]);
		await letPass(1);
		await succeed(id);
		await letPass(10);
		await succeed(id);
		expect(sent().map(({ text }) => text)).toEqual(['Hi Ana!', 'Hi Ben!', 'Hi there!']);
		expect(recipients()).toEqual(PHONES);
		await letPass(10);
		await succeed(id);
		expect(recipients()).toEqual(PHONES);
		const [{ chatId, ...first }] = await rows();
		expect(first).toMatchObject({ status: 'sent', line: LINE, reason: null });
		expect(
			control()
				.chats()
				.map((chat) => chat.id),
		).toContain(chatId);
	});

	it('stops at the daily limit of a line, and continues a day later', async () => {
		const id = await importCampaign([ANA, BEN, CHLOE], { messagesPerDay: 2 });
		for (let run = 1; run <= 3; run++) {
			await succeed(id);
			await letPass(60);
		}
		expect(recipients()).toEqual(PHONES.slice(0, 2));
		await letPass(20 * 60);
		await succeed(id);
		expect(recipients()).toEqual(PHONES.slice(0, 2));
		await letPass(60);
		await succeed(id);
		expect(recipients()).toEqual(PHONES);
	});

	it('uses each of several lines', async () => {
		const id = await importCampaign([ANA, BEN, CHLOE], { senderLines: `${LINE}, ${OTHER_LINE}` });
		await succeed(id);
		expect(sent().map(({ line }) => line)).toEqual([LINE, OTHER_LINE]);
		await succeed(id);
		expect(sent()).toHaveLength(2);
	});

	it('sends nothing outside of the sending hours', async () => {
		const id = await importCampaign([ANA], { sendUntil: 0 });
		await succeed(id);
		expect(sent()).toEqual([]);
	});

	it('skips rows that must not be sent, with the reason, and sends the next one', async () => {
		const contacts = [
			{ phone: '555 0123', firstName: 'Dan' },
			ANA,
			{ phone: '+15550100124', status: 'sent', sentAt: '2026-01-01T00:00:00.000Z' },
			BEN,
			CHLOE,
		];
		const id = await importCampaign(contacts);
		await host().tables.insert(OPT_OUTS, [{ phone: ANA.phone }]);
		await succeed(id);
		expect(recipients()).toEqual([CHLOE.phone]);
		expect(await rows()).toMatchObject([
			{ status: 'skipped', reason: 'Not a phone number with + and country code' },
			{ status: 'skipped', reason: 'Opted out' },
			{ status: 'sent' },
			{ status: 'skipped', reason: 'Row 3 with this number was already sent' },
			{ status: 'sent', reason: null },
		]);
	});

	it('records the reason of a refused number, and sends the next one', async () => {
		const id = await importCampaign([ANA, BEN]);
		control().addFaults({
			kind: 'notRetryable',
			route: 'chats.create',
			recipient: ANA.phone,
			code: 1003,
			status: 400,
		});
		await succeed(id);
		expect(recipients()).toEqual(['+15550100124']);
		expect(await rows()).toMatchObject([
			{ status: 'failed', reason: expect.stringContaining('phone'), sentAt: null },
			{ status: 'sent' },
		]);
	});

	it('stops at what concerns every row, and leaves the row due', async () => {
		const id = await importCampaign([ANA, BEN]);
		control().account('suspended');
		expect(failureOf(await start(id))).toMatch(/Row 1 was not sent and stays due: .*suspended/);
		expect(await statuses()).toEqual([null, null]);
		control().account('active');
		await letPass(10);
		await succeed(id);
		expect(await statuses()).toEqual(['sent', null]);
	});

	it('waits as long as Chert says, while nothing else is sent', async () => {
		const id = await importCampaign([ANA, BEN], { minutesApart: 0 }, (workflow) => {
			// Otherwise, the Chert node itself waits for up to two minutes.
			nodeOf(workflow, 'Send message').parameters.options = {
				...(nodeOf(workflow, 'Send message').parameters.options as object),
				maxRetries: 0,
			};
		});
		const limit = { kind: 'rateLimit', route: 'chats.create', times: 1 } as const;
		control().addFaults([
			{ ...limit, retryAfter: 2 },
			{ ...limit, retryAfter: 6 },
		]);
		const executionId = await host().n8n.rest.run(id, TRIGGER);
		await until(() => sendRequests().length === 2, { what: 'The second try', timeoutMs: 20_000 });
		await succeed(id);
		expect(sendRequests()).toHaveLength(2);
		expect(await statuses()).toEqual(['sending', null]);

		const execution = await host().n8n.rest.executionEnded(executionId);
		expect(failureOf(execution)).toBe('');
		expect(recipients()).toEqual(PHONES.slice(0, 2));
		// The Chert node keeps to the limit as well, so the requests alone do not show whose wait it was.
		const waits = execution.data.resultData.runData['Wait as long as Chert says'];
		const [first, second] = waits.map(({ executionTime }) => executionTime + TIMER_TOLERANCE_MS);
		expect(first).toBeGreaterThanOrEqual(2_000);
		expect(second).toBeGreaterThanOrEqual(6_000);
		expect(await statuses()).toEqual(['sent', 'sent']);
		expect(control().audit()).toMatchObject({ duplicates: [], earlyRequests: [] });
	});

	it('continues after an execution that was stopped in the middle, and sends no row twice', async () => {
		const id = await importCampaign([ANA, BEN]);
		control().addFaults({ kind: 'slow', route: 'chats.create', delayMs: 3_000, times: 1 });
		const { rest } = host().n8n;
		const stopped = await rest.run(id, TRIGGER);
		await until(async () => (await statuses())[0] === 'sending', {
			what: 'The claim of the first row',
			timeoutMs: 20_000,
		});
		await rest.request('POST', `/executions/${stopped}/stop`, {});
		await control().waitForMessages(1);
		expect((await rest.executionEnded(stopped)).status).toBe('canceled');

		await letPass(10);
		await succeed(id);
		expect(await statuses()).toEqual(['sending', null]);
		await letPass(5);
		await succeed(id);
		expect(await statuses()).toEqual(['sent', null]);
		await letPass(10);
		await succeed(id);
		expect(await statuses()).toEqual(['sent', 'sent']);
		expect(recipients()).toEqual(PHONES.slice(0, 2));
		const [first, again] = sendRequests();
		expect(again.idempotencyKey).toBe(first.idempotencyKey);
	});

	it('sends each row once when its schedule starts it every second', async () => {
		const id = await importCampaign([ANA, BEN, CHLOE], { minutesApart: 0 }, (workflow) => {
			nodeOf(workflow, TRIGGER).parameters = {
				rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] },
			};
		});
		await host().n8n.rest.activate(id);
		await until(async () => (await statuses()).every((status) => status === 'sent'), {
			what: 'The end of the campaign',
			timeoutMs: 40_000,
		});
		await host().n8n.rest.executionsEnded(id, 3);
		expect(recipients().sort()).toEqual(PHONES);
	});
}

function nodeOf({ nodes }: WorkflowFile, name: string): INode {
	const node = nodes.find((each) => each.name === name);
	if (!node) throw new Error(`There is no node "${name}"`);
	return node;
}
