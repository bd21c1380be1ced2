import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../../hosts/ready';
import { failureOf, outputOf } from '../../hosts/rest';
import { sign } from '../../nodes/shared/subscription/signature';
import {
	chain,
	chertTrigger,
	noOperation,
	startQueueHost,
	webhook,
	type QueueHost,
} from './queueHost';

const ANA = '+15550100123';
const LINE = '+15550100001';

let host: QueueHost;

beforeAll(async () => {
	host = await startQueueHost();
}, 15 * 60_000);
afterAll(async () => await host?.stop());

/** Calls a webhook of the first processor, as another system would. */
async function call(path: string, body: FormData | object): Promise<void> {
	const isForm = body instanceof FormData;
	const response = await fetch(`${host.queue.webhookUrl}/webhook/${path}`, {
		method: 'POST',
		body: isForm ? body : JSON.stringify(body),
		...(!isForm && { headers: { 'content-type': 'application/json' } }),
	});
	expect(response.status).toBe(200);
}

const sent = async (count: number, phone: string, timeoutMs = 60_000) =>
	await host.sandbox.control.waitForMessages(count, { phone, direction: 'outbound' }, timeoutMs);

test('the review request goes out and its reply gets a response, over all processes', async () => {
	const { queue, sandbox, files } = host;
	const id = await host.importExample('review-request', {
		senderLine: LINE,
		reviewLink: 'https://shop.example/review',
	});
	await queue.rest.activate(id);
	await call('job-done', {
		customer: { name: 'Ana', phone: ANA },
		photoUrl: `${files.url}/after.png`,
	});
	const [request] = await sent(1, ANA);
	expect(request.parts.map(({ type }) => type)).toEqual(['text', 'media', 'rich_link']);

	await sandbox.control.reply(ANA, { text: 'It looks wonderful!' });
	const [, thanks] = await sent(2, ANA);
	expect(thanks.text).toContain('Thank you');
	const executions = await queue.rest.executionsEnded(id, 2);
	expect(executions.map((execution) => failureOf(execution))).toEqual(['', '']);
	const [reply] = sandbox.control.messages({ phone: ANA, direction: 'inbound' });
	expect(reply.reactions.map(({ type }) => type)).toEqual(['like']);
	await queue.rest.deactivate(id);
	expect(sandbox.control.subscriptions()).toEqual([]);
});

test('a file that a webhook processor took in is sent by a worker, byte for byte', async () => {
	const { queue, credentialId } = host;
	const id = await queue.rest.importWorkflow(
		chain('File between processes', credentialId, webhook('file-in'), {
			name: 'Send',
			type: 'n8n-nodes-chert.chert',
			typeVersion: 1,
			parameters: {
				resource: 'message',
				operation: 'send',
				phone: '+15550100200',
				body: 'Here it is',
				binaryPropertyNames: 'photo',
			},
		}),
	);
	await queue.rest.activate(id);
	const bytes = randomBytes(3_000_000);
	const form = new FormData();
	form.set('photo', new Blob([bytes], { type: 'image/png' }), 'kitchen.png');
	await call('file-in', form);

	const [message] = await sent(1, '+15550100200');
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	expect(message.attachments).toMatchObject([
		{ fileName: 'kitchen.png', mimeType: 'image/png', sizeBytes: bytes.length, sha256 },
	]);
	const [execution] = await queue.rest.executionsEnded(id, 1);
	expect(failureOf(execution)).toBe('');
});

test('2,000 sends with a worker killed in the middle: each is delivered once', async () => {
	const { queue, sandbox, credentialId } = host;
	const count = 2000;
	const before = sandbox.control.audit();
	const id = await queue.rest.importWorkflow(
		chain(
			'Many',
			credentialId,
			webhook('many'),
			{
				name: 'Split Out',
				type: 'n8n-nodes-base.splitOut',
				typeVersion: 1,
				parameters: { fieldToSplitOut: 'body.messages', options: {} },
			},
			{
				name: 'Send',
				type: 'n8n-nodes-chert.chert',
				typeVersion: 1,
				parameters: {
					resource: 'message',
					operation: 'send',
					phone: '={{ $json.phone }}',
					body: '={{ $json.text }}',
					options: {},
				},
			},
		),
	);
	await queue.rest.activate(id);
	const messages = Array.from({ length: count }, (_, index) => ({
		phone: `+1555020${String(index % 200).padStart(4, '0')}`,
		text: `Hello #${index}`,
	}));
	const delivered = () => sandbox.control.audit().delivered - before.delivered;
	await call('many', { messages });

	await until(async () => delivered() > count / 4, {
		what: 'A quarter of the messages',
		timeoutMs: 60_000,
	});
	for (const worker of queue.workers) await worker.kill();
	const atDeath = delivered();
	expect(atDeath).toBeLessThan(count);
	for (const worker of queue.workers) await worker.start();

	// n8n 2 lists the run as failed; a person retries it from the list.
	const [broken] = await queue.rest.executionsEnded(id, 1, 120_000);
	expect(failureOf(broken)).not.toBe('');
	await queue.rest.request('POST', `/executions/${broken.id}/retry`, {});
	const [, retried] = await queue.rest.executionsEnded(id, 2, 120_000);
	expect(failureOf(retried)).toBe('');

	const { duplicates, orderViolations } = sandbox.control.audit();
	const result = {
		delivered: delivered(),
		lost: count - delivered(),
		twice: duplicates.length - before.duplicates.length,
		outOfOrder: orderViolations.length - before.orderViolations.length,
	};
	console.info(
		`2,000 sends, the worker killed after ${atDeath} ("${failureOf(broken)}"), the execution retried: ${JSON.stringify(result)}`,
	);
	expect(result).toEqual({ delivered: count, lost: 0, twice: 0, outOfOrder: 0 });
	expect(outputOf(retried, 'Send')).toHaveLength(count);
});

test('workers that stop gracefully lose no reply, and events in the meantime wait for the next worker', async () => {
	const { queue, sandbox, credentialId } = host;
	const leads = Array.from(
		{ length: 6 },
		(_, index) => `+155501003${String(index).padStart(2, '0')}`,
	);
	const id = await queue.rest.importWorkflow(
		chain('Respond', credentialId, chertTrigger('respond'), {
			name: 'Send',
			type: 'n8n-nodes-chert.chert',
			typeVersion: 1,
			parameters: {
				resource: 'message',
				operation: 'send',
				phone: '={{ $json.from }}',
				body: '=Got {{ $json.text }}',
				options: {},
			},
		}),
	);
	await queue.rest.activate(id);
	const answersTo = (phone: string) => sandbox.control.messages({ phone }).map(({ text }) => text);
	const [slow] = sandbox.control.addFaults({
		kind: 'slow',
		route: 'send',
		delayMs: 3_000,
		times: leads.length,
	});
	for (const phone of leads) await sandbox.control.reply(phone, { text: `reply of ${phone}` });
	const underWay = () => sandbox.control.faults().find((rule) => rule.id === slow.id)?.applied;
	await until(async () => underWay() === leads.length, {
		what: 'All replies on their way',
		timeoutMs: 60_000,
	});

	await Promise.all(queue.workers.map(async (worker) => await worker.stop()));
	await sandbox.control.reply(ANA, { text: 'Anybody there?' });
	await sandbox.control.idle();
	const sentAtTheEnd = leads.map(answersTo);
	for (const worker of queue.workers) await worker.start();

	const executions = await queue.rest.executionsEnded(id, leads.length + 1);
	expect(executions.map((execution) => failureOf(execution))).toEqual(executions.map(() => ''));
	expect(sentAtTheEnd).toEqual(leads.map((phone) => [`Got reply of ${phone}`]));
	expect(leads.map(answersTo)).toEqual(sentAtTheEnd);
	expect(answersTo(ANA).at(-1)).toBe('Got Anybody there?');
	sandbox.control.clearFaults();
	await queue.rest.deactivate(id);
});

test('Wait for Pause joins the messages of each person, although different workers receive them', async () => {
	const { queue, sandbox, credentialId } = host;
	const people = Array.from({ length: 10 }, (_, index) => `+155501004${index}0`);
	const texts = ['Hi', 'I have a leak', 'in the kitchen', 'since this morning', 'Can you come?'];
	const trigger = chertTrigger('join');
	const parameters = { ...trigger.parameters, options: { waitForPause: 4 } };
	const id = await queue.rest.importWorkflow(
		chain('Join', credentialId, { ...trigger, parameters }, noOperation('Work')),
	);
	await queue.rest.activate(id);
	// Five messages of each person in three seconds, everybody at once.
	for (const text of texts) {
		await Promise.all(people.map(async (phone) => await sandbox.control.reply(phone, { text })));
		await sleep(750);
	}

	const executions = await queue.rest.executionsEnded(id, people.length * texts.length);
	expect(executions.map((execution) => failureOf(execution))).toEqual(executions.map(() => ''));
	const items = executions.flatMap((execution) => outputOf(execution, 'Work'));
	const textsOf = (phone: string) =>
		items.filter(({ json }) => json.from === phone).map(({ json }) => json.text);
	expect(people.map(textsOf)).toEqual(people.map(() => [texts.join('\n')]));
	await queue.rest.deactivate(id);
});

test.each(['node', 'workflow'])(
	'one event delivered to both webhook processors at once gives one run its work, with Remove Duplicates of the scope %s behind',
	async (scope) => {
		const { queue, sandbox, credentialId } = host;
		const id = await queue.rest.importWorkflow(
			chain(`Listener ${scope}`, credentialId, chertTrigger(`both-at-once-${scope}`), {
				name: 'Remove Duplicates',
				type: 'n8n-nodes-base.removeDuplicates',
				typeVersion: 2,
				parameters: {
					operation: 'removeItemsSeenInPreviousExecutions',
					dedupeValue: '={{ $json.messageId }}',
					options: { scope },
				},
			}),
		);
		await queue.rest.activate(id);
		const [{ url, secret }] = sandbox.control.subscriptions();
		const { pathname } = new URL(url);

		const events = 20;
		for (let index = 0; index < events; index++) {
			const body = Buffer.from(
				JSON.stringify({
					event: 'message.received',
					event_id: `chert:msg:both-${scope}-${index}`,
					data: {
						chat: { id: 'c' },
						message: {
							id: `m${index}`,
							direction: 'inbound',
							parts: [{ type: 'text', value: `${index}` }],
						},
					},
				}),
			);
			const headers = {
				'content-type': 'application/json',
				'x-webhook-signature': sign(body, secret, Math.floor(Date.now() / 1000)),
			};
			const statuses = await Promise.all(
				queue.webhookProcessors.map(
					async (processor) =>
						(await fetch(`${processor.url}${pathname}`, { method: 'POST', headers, body })).status,
				),
			);
			expect(statuses).toEqual([200, 200]);
			// Remove Duplicates fails where two executions create its list at the same moment.
			if (index === 0) await queue.rest.executionsEnded(id, 2);
		}
		const executions = await queue.rest.executionsEnded(id, 2 * events);
		expect(executions.map((execution) => failureOf(execution))).toEqual(executions.map(() => ''));
		const items = executions.flatMap((execution) => outputOf(execution, 'Chert Trigger'));
		console.info(
			`${events} events, each to both webhook processors at once: ${items.length} runs' worth of work`,
		);
		expect(items.map(({ json }) => json.messageId).sort()).toEqual(
			Array.from({ length: events }, (_, index) => `m${index}`).sort(),
		);

		// A rolling restart: the subscription and the credential are in the database, not in a process.
		for (const process of [...queue.webhookProcessors, ...queue.workers, queue.main]) {
			await process.stop();
			await process.start();
		}
		await sandbox.control.reply(ANA, { text: 'Still there?' });
		const after = await queue.rest.executionsEnded(id, 2 * events + 1);
		expect(
			after
				.flatMap((execution) => outputOf(execution, 'Chert Trigger'))
				.map(({ json }) => json.text),
		).toContain('Still there?');
		await queue.rest.deactivate(id);
		expect(sandbox.control.subscriptions()).toEqual([]);
	},
);
