import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../../hosts/ready';
import { failureOf, outputOf, type WorkflowFile } from '../../hosts/rest';
import type { TestHost } from './testHost';

const ANA = '+15550100123';
const BEN = '+15550100124';
const PAUSE_SECONDS = 4;
const TEXTS = ['Hi', 'I have a leak', 'in the kitchen', 'since this morning', 'Can you come?'];
/** Between two of them: five messages in three seconds. */
const GAP_MS = 750;

/** The triggers join messages that follow each other, also when n8n is killed while an execution waits. */
export function waitForPauseCases(host: () => TestHost): void {
	const listener = (type: string, typeVersion: number): WorkflowFile => ({
		name: `Join by ${type}`,
		nodes: [
			{
				id: `${type}-pause`,
				name: 'Trigger',
				type: `n8n-nodes-chert.${type}`,
				typeVersion,
				position: [0, 0],
				webhookId: `${type}-pause`,
				parameters: {
					events: ['message.received'],
					options: { waitForPause: PAUSE_SECONDS },
				},
				credentials: { chertApi: { id: host().credentialId, name: 'Chert account' } },
			},
			{
				id: 'work',
				name: 'Work',
				type: 'n8n-nodes-base.noOp',
				typeVersion: 1,
				position: [220, 0],
				parameters: {},
			},
		],
		connections: { Trigger: { main: [[{ node: 'Work', type: 'main', index: 0 }]] } },
	});
	const activate = async (type: string, typeVersion: number): Promise<string> => {
		const id = await host().importWorkflow(listener(type, typeVersion));
		await host().n8n.rest.activate(id);
		return id;
	};
	/** The texts of the items that went on to the next node, by execution, once there are that many. */
	const worked = async (id: string, count: number): Promise<unknown[][]> =>
		await until(
			async () => {
				const { rest } = host().n8n;
				const all = await rest.executions(id);
				const ended = all.filter(({ status }) => status === 'success');
				const executions = await Promise.all(
					ended.map(async (each) => await rest.execution(each.id)),
				);
				expect(executions.map((execution) => failureOf(execution)).join('')).toBe('');
				const found = executions
					.map((execution) => outputOf(execution, 'Work').map(({ json }) => json.text))
					.filter(({ length }) => length > 0);
				return found.flat().length >= count && found;
			},
			{ what: `${count} items`, timeoutMs: 60_000 },
		);
	const write = async (texts: string[]): Promise<void> => {
		for (const text of texts) {
			await host().sandbox.control.reply(ANA, { text });
			await sleep(GAP_MS);
		}
	};

	it.each([
		['chertTrigger', 1.1],
		['chertStreamTrigger', 1],
	])('%s: one execution continues after five messages, with one item', async (type, version) => {
		const id = await activate(type, version);
		await write(TEXTS);
		expect(await worked(id, 1)).toEqual([[TEXTS.join('\n')]]);
		await host().sandbox.control.reply(ANA, { text: 'Thank you' });
		expect(await worked(id, 2)).toEqual([['Thank you'], [TEXTS.join('\n')]]);
	});

	it('after n8n is killed, messages that were waiting come with the next message, as a separate item', async () => {
		const id = await activate('chertTrigger', 1.1);
		await write(TEXTS.slice(0, 2));
		await host().sandbox.control.idle();
		await host().n8n.kill();
		await host().restart();
		await host().sandbox.control.reply(BEN, { text: 'Hello' });
		expect(await worked(id, 2)).toEqual([['Hi\nI have a leak', 'Hello']]);
	});
}
