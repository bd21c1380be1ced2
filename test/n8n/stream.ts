import { until } from '../../hosts/ready';
import { failureOf, outputOf, type WorkflowFile } from '../../hosts/rest';
import type { TestHost } from './testHost';

const ANA = '+15550100123';
const TRIGGER = 'Chert Stream Trigger';

/**
 * The stream trigger reads on its own, over restarts, and can be tried out in the editor, as the webhook trigger can.
 */
export function streamCases(host: () => TestHost): void {
	const listener = (type: string, name: string): WorkflowFile => ({
		name,
		nodes: [
			{
				id: `${type}-node`,
				name,
				type: `n8n-nodes-chert.${type}`,
				typeVersion: type === 'chertTrigger' ? 1.1 : 1,
				position: [0, 0],
				webhookId: `${type}-webhook`,
				parameters: { events: ['message.received'] },
				credentials: { chertApi: { id: host().credentialId, name: 'Chert account' } },
			},
		],
		connections: {},
	});
	const stream = () => listener('chertStreamTrigger', TRIGGER);
	const streams = () =>
		host()
			.sandbox.control.requests()
			.filter(({ route }) => route === 'events.stream').length;
	const untilStream = async (count: number) =>
		await until(async () => streams() >= count, { what: 'An open stream', timeoutMs: 20_000 });

	it('runs the workflow once per message, also for what was written while n8n was down', async () => {
		const { sandbox } = host();
		const id = await host().importWorkflow(stream());
		await host().n8n.rest.activate(id);
		await sandbox.control.reply(ANA, { text: 'One' });
		const [first] = await host().n8n.rest.executionsEnded(id, 1);
		expect(failureOf(first)).toBe('');
		expect(outputOf(first, TRIGGER)[0].json).toMatchObject({
			event: 'message.received',
			from: ANA,
			text: 'One',
		});

		await host().n8n.kill();
		await sandbox.control.reply(ANA, { text: 'While n8n was down' });
		await host().restart();
		await sandbox.control.reply(ANA, { text: 'Two' });
		const texts = await until(
			async () => {
				const ended = await host().n8n.rest.executionsEnded(id, 1);
				const found = ended
					.flatMap((execution) => outputOf(execution, TRIGGER))
					.map(({ json }) => json.text);
				return found.length >= 3 && found;
			},
			{ what: 'The third message', timeoutMs: 30_000 },
		);
		expect([...texts].sort()).toEqual(['One', 'Two', 'While n8n was down']);
	});

	it('leaves the static data of the workflow alone: counters count 20 replies, over a restart', async () => {
		const { sandbox } = host();
		const workflow = stream();
		const jsCode = `
const [all, own] = [$getWorkflowStaticData('global'), $getWorkflowStaticData('node')];
all.count = (all.count ?? 0) + 1;
own.count = (own.count ?? 0) + 1;
return [{ json: { text: $input.first().json.text, all: all.count, own: own.count } }];`;
		workflow.nodes.push({
			id: 'count-node',
			name: 'Count',
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			position: [220, 0],
			parameters: { jsCode },
		});
		workflow.connections = { [TRIGGER]: { main: [[{ node: 'Count', type: 'main', index: 0 }]] } };
		const id = await host().importWorkflow(workflow);
		await host().n8n.rest.activate(id);
		const counted = async () =>
			(await host().n8n.rest.executionsEnded(id, 1))
				.flatMap((execution) => outputOf(execution, 'Count'))
				.map(({ json }) => json);
		const texts = Array.from({ length: 20 }, (_, index) => `Reply ${index}`);
		const reply = async (text: string) => await sandbox.control.reply(ANA, { text });
		const untilCounted = async (count: number) =>
			await until(async () => (await counted()).length >= count, {
				what: `${count} counted replies`,
				timeoutMs: 60_000,
			});
		for (let next = 0; next < texts.length; next += 2) {
			if (next === 10) {
				await host().n8n.kill();
				await reply(texts[next]);
				await host().restart();
			} else {
				await reply(texts[next]);
			}
			// At the same time as the one before.
			await reply(texts[next + 1]);
			await untilCounted(next + 2);
		}
		const items = await counted();
		const numbers = texts.map((_, index) => index + 1);
		const sorted = (key: string) => items.map((item) => Number(item[key])).sort((a, b) => a - b);
		expect(items.map(({ text }) => text).sort()).toEqual([...texts].sort());
		expect(sorted('all')).toEqual(numbers);
		expect(sorted('own')).toEqual(numbers);
	});

	it('stops reading when the workflow is deactivated', async () => {
		const { sandbox, n8n } = host();
		const id = await host().importWorkflow(stream());
		const before = streams();
		await n8n.rest.activate(id);
		await untilStream(before + 1);
		await n8n.rest.deactivate(id);
		await sandbox.control.reply(ANA, { text: 'Nobody listens' });
		await n8n.rest.activate(id);
		await untilStream(before + 2);
		await sandbox.control.reply(ANA, { text: 'Somebody listens' });
		const executions = await n8n.rest.executionsEnded(id, 1);
		expect(
			executions.flatMap((execution) => outputOf(execution, TRIGGER)).map(({ json }) => json.text),
		).toEqual(['Somebody listens']);
	});

	it('says at activation what is wrong with the credential', async () => {
		const { n8n, sandbox } = host();
		const credential = {
			name: 'Wrong',
			type: 'chertApi',
			data: { signingSecret: 'f'.repeat(32), baseUrl: sandbox.apiUrl },
		};
		const workflow = stream();
		workflow.nodes[0].credentials = {
			chertApi: { id: await n8n.rest.createCredential(credential), name: 'Wrong' },
		};
		const id = await host().importWorkflow(workflow);
		await expect(n8n.rest.activate(id)).rejects.toThrow(/did not accept the credential/);
	});

	it('gives the next message to a person who tries it out in the editor', async () => {
		const { n8n, sandbox } = host();
		const id = await host().importWorkflow(stream());
		const before = streams();
		const executionId = await n8n.rest.run(id, TRIGGER);
		await untilStream(before + 1);
		await sandbox.control.reply(ANA, { text: 'Hello editor' });
		const execution = await n8n.rest.executionEnded(executionId);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, TRIGGER).map(({ json }) => json.text)).toEqual(['Hello editor']);
	});

	it('so does the webhook trigger, by a separate subscription that is deleted afterwards', async () => {
		const { n8n, sandbox } = host();
		const id = await host().importWorkflow(listener('chertTrigger', 'Chert Trigger'));
		await n8n.rest.activate(id);
		const [production] = sandbox.control.subscriptions();
		await n8n.rest.run(id, 'Chert Trigger');
		await until(async () => sandbox.control.subscriptions().length === 2, {
			what: 'The test subscription',
			timeoutMs: 10_000,
		});
		expect(sandbox.control.subscriptions()[1].url).toBe(
			`${n8n.url}/webhook-test/chertTrigger-webhook/webhook`,
		);

		await sandbox.control.reply(ANA, { text: 'Both' });
		const executions = await n8n.rest.executionsEnded(id, 2);
		expect(executions.map(({ mode }) => mode).sort()).toEqual(['manual', 'webhook']);
		expect(
			executions
				.flatMap((execution) => outputOf(execution, 'Chert Trigger'))
				.map(({ json }) => json.text),
		).toEqual(['Both', 'Both']);
		await until(async () => sandbox.control.subscriptions().length === 1, {
			what: 'The end of the test subscription',
			timeoutMs: 10_000,
		});
		expect(sandbox.control.subscriptions()).toEqual([production]);
	});
}
