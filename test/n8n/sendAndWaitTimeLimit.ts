import { until } from '../../hosts/ready';
import { failureOf, outputOf } from '../../hosts/rest';
import { ASK, askAna, ended } from './sendAndWaitWorkflow';
import type { TestHost } from './testHost';

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
}
