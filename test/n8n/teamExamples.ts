import { until } from '../../hosts/ready';
import { failureOf, outputOf, type Execution } from '../../hosts/rest';
import { createGroup } from './group';
import { callWebhook, type TestHost } from './testHost';

const ANA = '+15550100123';
const BEN = '+15550100124';
const MANAGER = '+15550100125';

/** The examples that write to a group chat of the team. */
export function teamExampleCases(host: () => TestHost, major: 1 | 2): void {
	describe('on-call-alert', () => onCallAlertCases(host, major));
	describe('missed-call', () => missedCallCases(host));
}

function onCallAlertCases(host: () => TestHost, major: 1 | 2): void {
	const ALERT = { title: 'Cooling is down', details: 'Cold room 2 is at 9 °C' };
	/** Well below the minute after which n8n looks at time limits. */
	const SHORT_MINUTES = 0.02;

	/** Publishes the example for a group of Ana and Ben, in which only Ana is on call, and raises an alert. */
	async function raiseAlert(minutesToWait = 10): Promise<{ id: string; teamChatId: string }> {
		const teamChatId = await createGroup(host(), [ANA, BEN]);
		const id = await host().importExample('on-call-alert', {
			teamChatId,
			onCall: ANA,
			managerPhone: MANAGER,
			minutesToWait,
		});
		await host().n8n.rest.activate(id);
		await callWebhook(host(), 'on-call-alert', { alert: ALERT });
		return { id, teamChatId };
	}

	const control = () => host().sandbox.control;
	const textsIn = (chatId: string) =>
		control()
			.messages({ chatId })
			.map(({ text }) => text);

	/** Waits until somebody has been asked, and n8n waits for the answer. */
	const untilAsked = async (workflowId: string, phone: string) =>
		await until(
			async () => {
				const [execution] = await host().n8n.rest.executions(workflowId);
				const question = control().messages({ phone }).at(-1)?.text ?? '';
				return execution?.status === 'waiting' && question.includes(ALERT.details);
			},
			{ what: `The question to ${phone}`, timeoutMs: 30_000 },
		);

	const ended = async (id: string, timeoutMs?: number): Promise<Execution> => {
		const [execution] = await host().n8n.rest.executionsEnded(id, 1, timeoutMs);
		return execution;
	};

	it('takes the tapback of a person on call, not that of somebody else', async () => {
		const { id, teamChatId } = await raiseAlert();
		await untilAsked(id, ANA);
		const question = control().messages({ chatId: teamChatId })[1];
		const like = { type: 'like' as const, messageId: question.id };
		await control().reply(BEN, { chatId: teamChatId, reaction: like });
		await control().reply(BEN, { chatId: teamChatId, text: 'yes' });
		await control().reply(ANA, { text: 'No, lunch is at one' });
		await control().idle();
		expect(await host().n8n.rest.executions(id)).toMatchObject([{ status: 'waiting' }]);

		await control().reply(ANA, { chatId: teamChatId, reaction: like });
		const execution = await ended(id);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, 'Announce who took over')).toMatchObject([
			{
				json: {
					alert: ALERT.title,
					acknowledgedBy: ANA,
					acknowledgedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
				},
			},
		]);
		expect(textsIn(teamChatId).slice(2)).toEqual([`${ANA} is handling "${ALERT.title}".`]);
		expect(control().messages({ phone: MANAGER })).toEqual([]);
	});

	it('asks the manager after a no', async () => {
		const { id, teamChatId } = await raiseAlert();
		await untilAsked(id, ANA);
		await control().reply(ANA, { chatId: teamChatId, text: 'No' });
		await untilAsked(id, MANAGER);
		await control().reply(MANAGER, { text: 'Yes' });
		const execution = await ended(id);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, 'Announce who took over')).toMatchObject([
			{ json: { acknowledgedBy: MANAGER } },
		]);
		expect(textsIn(teamChatId).slice(2)).toEqual([
			`Nobody has taken over "${ALERT.title}". Asking the manager now.`,
			`${MANAGER} is handling "${ALERT.title}".`,
		]);
	});

	// Takes almost two minutes, because n8n looks at time limits once a minute.
	const onNewer = major === 1 ? it.skip : it;
	onNewer(
		'asks the manager when the team is silent, and fails when the manager is silent too',
		async () => {
			const { id, teamChatId } = await raiseAlert(SHORT_MINUTES);
			const execution = await ended(id, 170_000);
			expect(failureOf(execution)).toContain(`Nobody took over the alert "${ALERT.title}"`);
			expect(control().messages({ phone: MANAGER })).toHaveLength(1);
			expect(textsIn(teamChatId).at(-1)).toContain('is still open');
		},
		180_000,
	);
}

function missedCallCases(host: () => TestHost): void {
	const TABLE = 'Chert missed calls';
	const LONG_AGO = '2026-01-01T00:00:00.000Z';
	const TEXT = 'Sorry we missed your call!';

	const control = () => host().sandbox.control;
	const textsTo = (phone: string) =>
		control()
			.messages({ phone })
			.map(({ text }) => text);

	/** Publishes the example for a group of Ben and the manager. */
	async function publish(): Promise<{ id: string; teamTexts: () => string[] }> {
		const teamChatId = await createGroup(host(), [BEN, MANAGER]);
		const id = await host().importExample('missed-call', { teamChatId, text: TEXT });
		await host().n8n.rest.activate(id);
		const teamTexts = () => {
			const [, ...texts] = control().messages({ chatId: teamChatId });
			return texts.map(({ text }) => text);
		};
		return { id, teamTexts };
	}

	const call = async (from: unknown) =>
		await callWebhook(host(), 'missed-call', { call: { from } });

	/** Waits until the workflow has run that many times, with nothing failed. */
	const succeeded = async (id: string, count: number): Promise<void> => {
		const executions = await host().n8n.rest.executionsEnded(id, count);
		expect(executions.map(failureOf)).toEqual(Array.from({ length: count }, () => ''));
	};

	it('texts the caller and forwards the reply to the team', async () => {
		const { id, teamTexts } = await publish();
		await call('+1 (555) 010-0123');
		await succeeded(id, 1);
		expect(textsTo(ANA)).toEqual([TEXT]);
		expect(await host().tables.rows(TABLE)).toMatchObject([{ phone: ANA }]);
		expect(teamTexts()).toEqual([]);

		await control().reply(ANA, { text: 'My sink is leaking' });
		await succeeded(id, 2);
		const photo = { fileName: 'sink.png', mimeType: 'image/png', base64: 'iVBORw0KGgo=' };
		await control().reply(ANA, { attachment: photo });
		await succeeded(id, 3);
		expect(teamTexts()).toEqual([
			`💬 ${ANA} replied to the missed-call text:\nMy sink is leaking`,
			`💬 ${ANA} replied to the missed-call text:\n(no text)\nFiles in the chat: 1`,
		]);
	});

	it('forwards nothing of people who never called, or called long ago', async () => {
		const { id, teamTexts } = await publish();
		await call(ANA);
		await succeeded(id, 1);
		await host().tables.update(TABLE, { column: 'phone', value: ANA }, { textedAt: LONG_AGO });
		await control().reply(ANA, { text: 'Thanks, all is well' });
		await control().reply('+15550100126', { text: 'Who is this?' });
		await control().reply(BEN, { text: 'I am on the team' });
		await succeeded(id, 4);
		expect(teamTexts()).toEqual([]);
	});

	it('texts somebody who calls again only after the hours in the settings', async () => {
		const { id } = await publish();
		await call(ANA);
		await succeeded(id, 1);
		await call(ANA);
		await succeeded(id, 2);
		expect(textsTo(ANA)).toEqual([TEXT]);

		await host().tables.update(TABLE, { column: 'phone', value: ANA }, { textedAt: LONG_AGO });
		await call(ANA);
		await succeeded(id, 3);
		expect(textsTo(ANA)).toEqual([TEXT, TEXT]);
		expect(await host().tables.rows(TABLE)).toHaveLength(1);
	});

	it.each(['anonymous', '', null])('tells the team about a private number: %j', async (from) => {
		const { id, teamTexts } = await publish();
		await call(from);
		await succeeded(id, 1);
		expect(teamTexts()).toEqual([expect.stringContaining('from a private number at')]);
		expect(
			control()
				.requests()
				.filter(({ route }) => route === 'send'),
		).toEqual([]);
	});

	it("tells the team which number it can't text without a country code", async () => {
		const { id, teamTexts } = await publish();
		await call('(555) 010-0123');
		await succeeded(id, 1);
		expect(teamTexts()).toEqual([
			expect.stringMatching(/Missed call from 5550100123 at .+ with \+ and country code/),
		]);
	});

	it('tells the team about a number that Chert refuses', async () => {
		const { id, teamTexts } = await publish();
		control().addFaults({ kind: 'notRetryable', route: 'send', code: 1003, status: 400 });
		await call(ANA);
		await succeeded(id, 1);
		expect(teamTexts()).toEqual([
			expect.stringMatching(/Missed call from \+15550100123\. Please call back: .+/),
		]);
		expect(await host().tables.rows(TABLE)).toEqual([]);
	});
}
