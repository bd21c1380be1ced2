import type { AddressInfo } from 'node:net';

import fastify, { type FastifyInstance } from 'fastify';
import type { IDataObject } from 'n8n-workflow';

import { LOOPBACK } from '../../hosts/ports';
import { until } from '../../hosts/ready';
import { failureOf, outputOf } from '../../hosts/rest';
import type { TestHost } from './testHost';

const ANA = '+15550100123';

/** The example that replays what Chert could not deliver. */
export function recoverExampleCases(host: () => TestHost): void {
	const control = () => host().sandbox.control;
	const isDelivered = () =>
		control()
			.eventRows()
			.map(({ delivery }) => delivery.status === 'delivered');

	/** Ana sends these texts, a second apart. Resolves when Chert has made all of its attempts. */
	async function send(texts: string[]): Promise<void> {
		for (const text of texts) {
			await control().reply(ANA, { text });
			control().clock({ advanceMs: 1_000 });
		}
		await control().idle();
	}

	/** Runs the workflow once, without waiting for its schedule. Returns the summary, if there is one. */
	async function recover(id: string): Promise<IDataObject | undefined> {
		const { rest } = host().n8n;
		const execution = await rest.executionEnded(await rest.run(id, 'Run every hour'));
		expect(failureOf(execution)).toBe('');
		return outputOf(execution, 'Summarize run')[0]?.json;
	}

	it('has each message of a downtime of n8n processed once', async () => {
		const { n8n, credentialId } = host();
		const receiver = await host().importWorkflow({
			name: 'Replies',
			nodes: [
				{
					id: 'trigger',
					name: 'Receive reply',
					type: 'n8n-nodes-chert.chertTrigger',
					typeVersion: 1.1,
					position: [0, 0],
					parameters: { events: ['message.received'], simplify: true, options: {} },
					credentials: { chertApi: { id: credentialId, name: 'Chert account' } },
					webhookId: 'recover-replies',
				},
			],
			connections: {},
		});
		const id = await host().importExample('recover-missed-events');
		await n8n.rest.activate(receiver);
		await n8n.rest.activate(id);
		const restarted = host().restart();
		const isDown = async () =>
			await fetch(n8n.url).then(
				() => false,
				() => true,
			);
		await until(isDown, { what: 'The end of n8n', timeoutMs: 30_000 });
		const texts = ['Hello', 'Anybody there?', 'The roof leaks'];
		await send(texts);
		await restarted;
		expect(isDelivered()).toEqual([false, false, false]);

		expect(await recover(id)).toEqual({
			found: 3,
			replayed: 3,
			failed: 0,
			reasons: [],
			leftForNextRun: 0,
			givenUp: 0,
		});
		expect(isDelivered()).toEqual([true, true, true]);
		const executions = await host().n8n.rest.executionsEnded(receiver, 3);
		const processed = executions.flatMap((each) => outputOf(each, 'Receive reply'));
		expect(processed.map(({ json }) => json.text).sort()).toEqual([...texts].sort());
		expect(await recover(id)).toBeUndefined();
	});

	describe('with another receiver', () => {
		let receiver: FastifyInstance;
		/** Texts in the order in which they arrived, and which of them the receiver accepts. */
		let received: string[];
		let accepts: (text: string) => boolean;

		beforeEach(async () => {
			received = [];
			accepts = () => false;
			receiver = fastify();
			receiver.post('/', async ({ body }, reply) => {
				const { data } = body as { data: { message: { parts: Array<{ value: string }> } } };
				const text = data.message.parts[0].value;
				received.push(text);
				return await reply.code(accepts(text) ? 200 : 500).send({});
			});
			await receiver.listen({ host: LOOPBACK, port: 0 });
			const { port } = receiver.server.address() as AddressInfo;
			const { apiUrl, signingSecret } = host().sandbox;
			const response = await fetch(`${apiUrl}/webhook-subscriptions`, {
				method: 'POST',
				headers: {
					authorization: `Bearer ${signingSecret}`,
					'content-type': 'application/json',
				},
				body: JSON.stringify({
					url: `http://${LOOPBACK}:${port}/`,
					events: ['message.received'],
				}),
			});
			expect(response.ok).toBe(true);
		});
		afterEach(async () => await receiver.close());

		/** Events that the receiver did not accept, and which it forgets afterwards. */
		async function miss(texts: string[]): Promise<void> {
			await send(texts);
			expect(received).toHaveLength(3 * texts.length);
			received = [];
		}

		it('replays oldest first, the others too when one cannot be delivered, and gives up on that one', async () => {
			const id = await host().importExample('recover-missed-events', { maxAttempts: 5 });
			await miss(['one', 'two', 'three', 'four']);
			accepts = (text) => text !== 'two';
			expect(await recover(id)).toMatchObject({
				found: 4,
				replayed: 3,
				failed: 1,
				reasons: [expect.stringContaining('did not accept the event')],
			});
			expect(received).toEqual(['one', 'two', 'three', 'four']);
			expect(await recover(id)).toMatchObject({ found: 1, replayed: 0, failed: 1 });
			expect(received.slice(4)).toEqual(['two']);

			// It has had three attempts by Chert, and two replays.
			received = [];
			accepts = () => false;
			await miss(['five']);
			expect(await recover(id)).toMatchObject({ found: 2, failed: 1, givenUp: 1 });
			expect(received).toEqual(['five']);
		});

		it('replays at most eventsPerRun events, and the others in the next runs', async () => {
			const id = await host().importExample('recover-missed-events', { eventsPerRun: 2 });
			await miss(['one', 'two', 'three']);
			accepts = () => true;
			expect(await recover(id)).toMatchObject({ found: 3, replayed: 2, leftForNextRun: 1 });
			expect(received).toEqual(['one', 'two']);
			expect(await recover(id)).toMatchObject({ found: 1, replayed: 1, leftForNextRun: 0 });
			expect(received).toEqual(['one', 'two', 'three']);
		});

		it('leaves events alone that are older than lookBackHours', async () => {
			const id = await host().importExample('recover-missed-events', { lookBackHours: 24 });
			control().clock({ setMs: Date.now() - 25 * 3_600_000 });
			await miss(['old']);
			control().clock({ setMs: Date.now() });
			await miss(['new']);
			accepts = () => true;
			expect(await recover(id)).toMatchObject({ found: 1, replayed: 1 });
			expect(received).toEqual(['new']);
		});
	});
}
