import { until } from '../../hosts/ready';
import { failureOf, outputOf } from '../../hosts/rest';
import { idsByStatus } from '../cutOffExecutions';
import { askAll, countOf, phoneOf, WAIT_MS, type Asking } from './asking';

/** How many of the people who answer at the same moment are heard, and how often. */
export async function measurePeople(asking: Asking, people: number) {
	const { n8n, sandbox, workflowId } = asking;
	const phones = Array.from({ length: people }, (_, index) => phoneOf(1_000 + index));
	const earlier = new Set(await idsByStatus(n8n.rest(), workflowId, ['success']));
	await askAll(asking, phones);
	const started = performance.now();
	await Promise.all(
		phones.map(async (phone) => await sandbox.control.reply(phone, { text: 'yes' })),
	);
	await until(async () => (await countOf(asking, 'success')) >= earlier.size + people, {
		what: `The answers of ${people} people`,
		timeoutMs: WAIT_MS,
	}).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
	const seconds = (performance.now() - started) / 1000;
	await sandbox.control.idle();

	const ids = await idsByStatus(n8n.rest(), workflowId, ['success']);
	const ended = await Promise.all(
		ids
			.filter((id) => !earlier.has(id))
			.map(async (executionId) => await n8n.rest().execution(executionId)),
	);
	const heard = ended.filter(
		(execution) => failureOf(execution) === '' && outputOf(execution, 'After').length === 1,
	).length;
	const attempts = sandbox.control
		.eventRows()
		.filter(({ payload }) => phones.some((phone) => JSON.stringify(payload).includes(phone)))
		.reduce((sum, row) => sum + row.delivery.attempts.length, 0);
	return {
		rows: [{ people, 'went on once': heard, seconds: Math.round(seconds * 10) / 10, attempts }],
		isMet: heard === people,
	};
}
