import { until } from '../../hosts/ready';
import { sign } from '../../nodes/shared/subscription/signature';
import { failureOf, outputOf, type WorkflowFile } from '../../hosts/rest';
import type { TestHost } from './testHost';

const ANA = '+15550100123';

/** The trigger's subscription at Chert, over activation, restart and deactivation, and what its webhook lets in. */
export function subscriptionCases(host: () => TestHost): void {
	const subscriptions = () => host().sandbox.control.subscriptions();
	const listener = (name: string): WorkflowFile => ({
		name,
		nodes: [
			{
				id: `${name}-trigger`,
				name: 'Chert Trigger',
				type: 'n8n-nodes-chert.chertTrigger',
				typeVersion: 1.1,
				position: [0, 0],
				webhookId: `${name}-webhook`,
				parameters: { events: ['message.received'] },
				credentials: { chertApi: { id: host().credentialId, name: 'Chert account' } },
			},
		],
		connections: {},
	});
	const activate = async (name: string): Promise<string> => {
		const id = await host().importWorkflow(listener(name));
		await host().n8n.rest.activate(id);
		return id;
	};

	it('registers one subscription on activation and removes exactly that on deactivation', async () => {
		const { n8n } = host();
		const first = await activate('first');
		const [ofFirst] = subscriptions();
		await activate('second');
		expect(subscriptions()).toHaveLength(2);
		expect(ofFirst).toMatchObject({
			url: `${n8n.url}/webhook/first-webhook/webhook`,
			events: ['message.received'],
			isActive: true,
		});

		await n8n.rest.deactivate(first);
		expect(subscriptions().map(({ url }) => url)).toEqual([
			`${n8n.url}/webhook/second-webhook/webhook`,
		]);
	});

	it('leaves no subscription where another trigger of the workflow cannot be activated', async () => {
		const { n8n } = host();
		const [good] = listener('two').nodes;
		const bad = {
			...good,
			id: 'two-other',
			name: 'Other Trigger',
			webhookId: 'two-other-webhook',
			parameters: { events: ['message.received'], options: { senders: '555-0100' } },
		};
		const id = await host().importWorkflow({ ...listener('two'), nodes: [good, bad] });
		await expect(n8n.rest.activate(id)).rejects.toThrow('neither an international phone number');
		await n8n.rest.deactivate(id);
		expect(subscriptions()).toEqual([]);
	});

	it('runs the workflow once per message, with the simplified item', async () => {
		const { n8n, sandbox } = host();
		const id = await activate('listener');
		const { chatId, message } = await sandbox.control.reply(ANA, { text: 'Hello there' });

		const [execution] = await n8n.rest.executionsEnded(id, 1);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, 'Chert Trigger').map(({ json }) => json)).toMatchObject([
			{
				event: 'message.received',
				chatId,
				messageId: message?.id,
				from: ANA,
				text: 'Hello there',
				attachments: [],
			},
		]);
	});

	it('accepts a repeated delivery without passing it on twice', async () => {
		const { n8n, sandbox } = host();
		const id = await activate('repeated');
		const { events } = await sandbox.control.reply(ANA, { text: 'Only once' });
		await sandbox.control.idle();
		const { statuses } = await sandbox.control.redeliver({
			eventId: events[0].event_id,
			times: 3,
			concurrency: 1,
		});
		expect(statuses).toEqual([200, 200, 200]);

		// A later message shows when all of them have been dealt with.
		await sandbox.control.reply(ANA, { text: 'Afterwards' });
		const texts = await until(
			async () => {
				const executions = await n8n.rest.executionsEnded(
					id,
					(await n8n.rest.executions(id)).length,
				);
				const items = executions.flatMap((execution) => outputOf(execution, 'Chert Trigger'));
				return (
					items.some(({ json }) => json.text === 'Afterwards') && items.map(({ json }) => json.text)
				);
			},
			{ what: 'The later message', timeoutMs: 20_000 },
		);
		expect(texts.sort()).toEqual(['Afterwards', 'Only once']);
	});

	it.each([
		['no signature', () => ({})],
		['a made-up signature', () => ({ 'x-webhook-signature': `t=${now()},v1=${'0'.repeat(64)}` })],
		[
			'a signature by another secret',
			(body: Buffer) => ({ 'x-webhook-signature': sign(body, 'f'.repeat(64), now()) }),
		],
		[
			'a signature of yesterday',
			(body: Buffer, secret: string) => ({
				'x-webhook-signature': sign(body, secret, now() - 86_400),
			}),
		],
		[
			'the signature of another body',
			(_: Buffer, secret: string) => ({
				'x-webhook-signature': sign(Buffer.from('{}'), secret, now()),
			}),
		],
	])('refuses a delivery with %s: 401 and no run', async (_what, headers) => {
		const { n8n, sandbox } = host();
		const id = await activate('guarded');
		const [{ url, secret }] = subscriptions();
		const body = Buffer.from(
			JSON.stringify({ event: 'message.received', event_id: 'forged', data: {} }),
		);
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers(body, secret) },
			body,
		});
		expect(response.status).toBe(401);

		// A genuine message after it shows that the forged one would have been listed by now.
		await sandbox.control.reply(ANA, { text: 'Genuine' });
		await n8n.rest.executionsEnded(id, 1);
		expect(await n8n.rest.executions(id)).toHaveLength(1);
	});

	it.each<[string, () => RequestInit]>([
		[
			'is badly compressed',
			() => ({
				headers: { 'content-type': 'image/png', 'content-encoding': 'gzip' },
				body: 'no gzip',
			}),
		],
		['is a form', () => ({ body: formOf('a', 'b') })],
		[
			'is too large',
			() => ({
				headers: { 'content-type': 'application/octet-stream' },
				body: Buffer.alloc(20 * 1024 * 1024),
			}),
		],
	])('refuses a call whose body %s: 400 and no failed execution', async (_what, request) => {
		const { n8n, sandbox } = host();
		const id = await activate('unreadable');
		const status = await fetch(subscriptions()[0].url, { method: 'POST', ...request() }).then(
			(response) => response.status,
			// n8n closes the connection while the rest of a large body is on its way.
			() => 400,
		);
		expect(status).toBe(400);
		await sandbox.control.reply(ANA, { text: 'Genuine' });
		const [execution] = await n8n.rest.executionsEnded(id, 1);
		expect(failureOf(execution)).toBe('');
		expect(await n8n.rest.executions(id)).toHaveLength(1);
	});

	it('processes what Chert could not deliver while n8n was down, with the next message', async () => {
		const { sandbox } = host();
		const id = await activate('missed');
		const before = await sandbox.control.reply(ANA, { text: 'Before' });
		expect(before.events).toHaveLength(1);
		await host().n8n.rest.executionsEnded(id, 1);
		await host().n8n.kill();
		const missed = Array.from({ length: 20 }, (_, index) => `Missed ${index}`);
		for (const text of missed) await sandbox.control.reply(ANA, { text });
		// Until Chert has given up.
		await sandbox.control.idle();
		await host().restart();
		await sandbox.control.reply(ANA, { text: 'New' });
		await host().n8n.rest.executionsEnded(id, 2);
		await sandbox.control.reply(ANA, { text: 'Newer' });
		const executions = await host().n8n.rest.executionsEnded(id, 3);
		const texts = executions
			.flatMap((execution) => outputOf(execution, 'Chert Trigger'))
			.map(({ json }) => json.text);
		expect([...texts].sort()).toEqual(['Before', ...missed, 'New', 'Newer'].sort());
	});

	it('goes on working after a restart of n8n, with the same subscription', async () => {
		const { sandbox } = host();
		const id = await activate('restarted');
		const before = subscriptions();
		await host().restart();
		await sandbox.control.reply(ANA, { text: 'Still there?' });

		const [execution] = await host().n8n.rest.executionsEnded(id, 1);
		expect(outputOf(execution, 'Chert Trigger')[0].json).toMatchObject({ text: 'Still there?' });
		expect(subscriptions()).toEqual(before);
		await host().n8n.rest.deactivate(id);
		expect(subscriptions()).toEqual([]);
	});
}

function formOf(name: string, value: string): FormData {
	const form = new FormData();
	form.set(name, value);
	return form;
}

/** Unix seconds. */
function now(): number {
	return Math.floor(Date.now() / 1000);
}
