import { until } from '../../hosts/ready';
import { failureOf, outputOf } from '../../hosts/rest';
import {
	ANA,
	ASK,
	askAna,
	ended,
	questions,
	submit,
	untilWaiting,
	workflow,
} from './sendAndWaitWorkflow';
import { callWebhook, type TestHost } from './testHost';

/** Questions that nobody answers in time. */
export function sendAndWaitTimeLimitCases(host: () => TestHost): void {
	it('gives one output with timedOut for several input items when the time is over', async () => {
		const options = {
			limitWaitTime: {
				values: { limitType: 'afterTimeInterval', resumeAmount: 0.02, resumeUnit: 'minutes' },
			},
		};
		const { id, link } = await askAna(host(), { responseType: 'approval', options }, { items: 3 });
		const late = await until(
			async () => {
				const response = await fetch(link);
				return response.status === 410 && (await response.text());
			},
			{ what: 'The end of the time limit', timeoutMs: 10_000 },
		);
		expect(late).toContain('Too late');
		const execution = await ended(host(), id, 1, 90_000);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, ASK)).toEqual([
			expect.objectContaining({ json: { data: { approved: false, timedOut: true } } }),
		]);
	}, 120_000);

	it.each(['link', 'reply'])(
		'applies to each round of a loop, answered by %s',
		async (answerBy) => {
			const { sandbox, n8n } = host();
			const options = {
				limitWaitTime: {
					values: { limitType: 'afterTimeInterval', resumeAmount: 1, resumeUnit: 'minutes' },
				},
			};
			const file = workflow(
				host(),
				{ responseType: 'approval', answerBy, options },
				{ rounds: 4, items: 2, isPublished: true },
			);
			const workflowId = await host().importWorkflow(file);
			await n8n.rest.activate(workflowId);
			await callWebhook(host(), 'ask', {});
			await questions(host(), 1);
			const [{ id }] = await n8n.rest.executions(workflowId);

			// Nobody answers the first question. n8n looks once a minute whether the time is over.
			await sandbox.control.waitForMessages(2, { phone: ANA }, 180_000);
			await untilWaiting(host(), id);
			if (answerBy === 'reply') {
				await sandbox.control.reply(ANA, { text: 'yes' });
			} else {
				const [first, second] = await questions(host(), 2);
				expect((await submit(first, { decision: 'approve' })).status).toBe(410);
				await submit(second, { decision: 'approve' });
			}
			const execution = await ended(host(), id, 2);
			expect(failureOf(execution)).toBe('');
			expect(outputOf(execution, ASK).map(({ json }) => json.data)).toEqual([
				{ timedOut: true, approved: false },
				expect.objectContaining({ approved: true, respondedAt: expect.any(String) }),
			]);
		},
		300_000,
	);
}
