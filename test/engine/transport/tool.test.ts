import { RoutingNode, SupplyDataContext } from 'n8n-core';
import {
	createRunExecutionData,
	NodeHelpers,
	Workflow,
	type IDataObject,
	type IExecuteData,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { LEAD, OTHER_LEAD, useAction } from '../../support/action';
import { additionalDataFor, chert, credentialFor } from '../../support/engine';
import { keysOf, options, useQuickBackoff } from './support';

useQuickBackoff();
const action = useAction();
const control = () => action.sandbox.control;

const HELLO = { resource: 'message', operation: 'send', phone: LEAD, body: 'Hello' };

function toNode(name: string, type: string, parameters: IDataObject = {}): INode {
	const complete = NodeHelpers.getNodeParameters(
		chert.description.properties,
		parameters as never,
		true,
		false,
		null,
		chert.description,
	);
	return {
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: complete as never,
		credentials: { chertApi: { id: '1', name: 'Chert' } },
	};
}

/** An agent that calls its tools directly: they get the agent's own execution data. */
class Agent {
	private readonly runData = createRunExecutionData();

	private readonly node = toNode('Agent', 'agent');

	/** What the agent itself works on; of no concern to its tools. */
	private readonly executeData: IExecuteData = {
		node: this.node,
		data: { main: [[{ json: {} }, { json: {} }, { json: {} }]] },
		source: null,
	};

	private calls = 0;

	async call(parameters: IDataObject, name = 'Chert'): Promise<INodeExecutionData[]> {
		const tool = toNode(name, 'n8n-nodes-chert.chertTool', parameters);
		const workflow = new Workflow({
			id: 'w',
			active: false,
			nodes: [this.node, tool],
			connections: {},
			nodeTypes: {
				getByName: () => chert,
				getByNameAndVersion: () => chert,
				getKnownTypes: () => ({}),
			},
		});
		const additionalData = additionalDataFor('agent-run', workflow, credentialFor(action.sandbox), {
			count: 0,
		});
		const input = { ai_tool: [[{ json: {} }]] };
		const context = new SupplyDataContext(
			workflow,
			tool,
			additionalData,
			'manual',
			this.runData,
			this.calls++,
			[],
			input,
			'ai_tool',
			this.executeData,
			[],
			undefined,
			this.node,
		);
		const output = await new RoutingNode(context as never, chert).runNode();
		return output?.[0] ?? [];
	}
}

it('runs, although its agent has several items', async () => {
	const [item] = await new Agent().call(HELLO);
	expect(item.json.status).toBe('sent');
});

it('calls side by side are independent: each gets its own output', async () => {
	const { messageId } = await action.chat(OTHER_LEAD);
	const agent = new Agent();
	const [first, second, tapback] = await Promise.all([
		agent.call({ ...HELLO, body: 'One' }),
		agent.call({ ...HELLO, body: 'Two', phone: OTHER_LEAD }),
		agent.call({ resource: 'message', operation: 'react', messageId, reaction: 'love' }, 'React'),
	]);
	const ids = control()
		.messages()
		.slice(1)
		.map(({ id }) => id);
	expect([first[0].json.message_id, second[0].json.message_id]).toEqual(ids);
	expect(tapback[0].json).toMatchObject({ reaction: 'love', message_id: messageId });
});

it('calls with different content have different keys', async () => {
	const agent = new Agent();
	await agent.call(HELLO);
	await agent.call({ ...HELLO, body: 'Goodbye' });
	expect(new Set(keysOf(control().messages())).size).toBe(2);
});

it('an agent that calls again after an unknown outcome does not send it twice', async () => {
	const agent = new Agent();
	const once = { ...HELLO, ...options({ maxRetries: 0 }) };
	control().addFaults({ kind: 'cutAfter', times: 2 });
	await expect(agent.call(once)).rejects.toThrow(/did not respond/);
	await expect(agent.call(once)).rejects.toThrow(/did not respond/);
	const [item] = await agent.call(once);
	expect(item.json.message_id).toBe(control().messages()[0].id);
	expect(control().messages()).toHaveLength(1);
});

it('what an agent repeats after a success is sent again', async () => {
	const agent = new Agent();
	const hello = { ...HELLO, ...options({ maxRetries: 0 }) };
	control().addFaults({ kind: 'cutAfter', times: 1 });
	await expect(agent.call(hello)).rejects.toThrow(/did not respond/);
	await agent.call(hello);
	expect(control().messages()).toHaveLength(1);
	await agent.call(hello);
	expect(control().messages()).toHaveLength(2);
});

it('a reaction with an unknown outcome is not sent again', async () => {
	const { messageId } = await action.chat(OTHER_LEAD);
	const agent = new Agent();
	const tapback = {
		resource: 'message',
		operation: 'react',
		messageId,
		reaction: 'love',
		...options({ maxRetries: 0 }),
	};
	control().addFaults({ kind: 'cutAfter', times: 1 });
	await expect(agent.call(tapback, 'React')).rejects.toThrow(/did not respond/);
	await expect(agent.call(tapback, 'React')).rejects.toThrow(/did not respond/);
	expect(control().messages()[0].reactions).toHaveLength(1);
	const [other] = await agent.call({ ...tapback, reaction: 'laugh' }, 'React');
	expect(other.json.reaction).toBe('laugh');
});
