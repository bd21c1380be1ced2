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
		expect(textsIn(teamChatId).slice(2)).toEqual([`${ANA} takes care of "${ALERT.title}".`]);
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
			`Nobody has taken over "${ALERT.title}". The manager is asked now.`,
			`${MANAGER} takes care of "${ALERT.title}".`,
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
