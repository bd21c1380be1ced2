import { until } from '../../hosts/ready';
import { failureOf } from '../../hosts/rest';
import { startQueueHost, type QueueHost } from './queueHost';

const PEOPLE = Array.from(
	{ length: 20 },
	(_, index) => `+155501003${String(index).padStart(2, '0')}`,
);

let host: QueueHost;

beforeAll(async () => {
	host = await startQueueHost();
}, 15 * 60_000);
afterAll(async () => await host?.stop());

test('20 people are asked by workers, and each answer continues its execution once, after a worker and a webhook processor ended', async () => {
	const { queue, sandbox } = host;
	const { rest, workers, webhookProcessors, webhookUrl } = queue;
	const id = await host.importExample('confirm-appointment');
	await rest.activate(id);
	for (const phone of PEOPLE) {
		const response = await fetch(`${webhookUrl}/webhook/appointment-booked`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ customer: { name: 'Ana', phone }, start: '2099-12-01T09:00' }),
		});
		expect(response.status).toBe(200);
	}
	const waiting = async () =>
		(await rest.executions(id)).filter(({ status }) => status === 'waiting').length ===
		PEOPLE.length;
	await until(waiting, { what: 'The wait of all executions', timeoutMs: 120_000 });

	// Production addresses lead to the first webhook processor, so that one has to stay.
	await workers[0].stop();
	await webhookProcessors[1].stop();
	await Promise.all(
		PEOPLE.map(async (phone) => await sandbox.control.reply(phone, { text: 'yes' })),
	);

	const executions = await rest.executionsEnded(id, PEOPLE.length, 120_000);
	expect(executions.map(failureOf).filter(Boolean)).toEqual([]);
	const replies = PEOPLE.map((phone) =>
		sandbox.control.messages({ phone }).map(({ text }) => text.includes('see you')),
	);
	expect(replies).toEqual(PEOPLE.map(() => [false, true]));
	await sandbox.control.idle();
	expect(sandbox.control.subscriptions()).toHaveLength(1);
}, 300_000);
