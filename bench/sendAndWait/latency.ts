import { median } from '../median';
import { askAll, phoneOf, type Asking } from './asking';

const GOAL_MS = 300;

/** Time from an answer to the start of the next node; one at a time, with nothing else to do for n8n. */
export async function measureLatency(asking: Asking, answers: number) {
	const { n8n, sandbox, workflowId } = asking;
	const latencies: number[] = [];
	for (let index = 0; index < answers; index++) {
		const phone = phoneOf(10_000 + index);
		await askAll(asking, [phone]);
		const [{ id }] = await n8n.rest().executions(workflowId);
		const answeredAt = Date.now();
		await sandbox.control.reply(phone, { text: 'yes' });
		const { data } = await n8n.rest().executionEnded(id);
		latencies.push((data.resultData.runData.After?.[0].startTime ?? NaN) - answeredAt);
		await sandbox.control.idle();
	}
	const medianMs = median(latencies);
	return {
		rows: [{ answers, 'median ms': medianMs, 'longest ms': Math.max(...latencies) }],
		isMet: medianMs < GOAL_MS,
	};
}
