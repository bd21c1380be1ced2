import type { INodeParameters } from 'n8n-workflow';

import { failureOf, outputOf, type WorkflowFile } from '../../hosts/rest';
import { resources } from '../../nodes/Chert/resources';
import { useScriptedModel } from './scriptedModel';
import type { TestHost } from './testHost';

const ANA = '+15550100123';
const BEN = '+15550100124';

/** A parameter that the model fills in, as the editor's button for it writes the expression. */
const fromAi = (key: string, type = 'string') =>
	`={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`\`, '${type}') }}`;

/** What the node says of each operation, by resource and operation. */
const DESCRIPTIONS = Object.fromEntries(
	resources.flatMap(({ value, operations }) =>
		operations.map((operation) => [`${value}.${operation.value}`, operation.description]),
	),
);

/** The action node as a tool of n8n's AI Agent. */
export function aiToolCases(host: () => TestHost, major: 1 | 2): void {
	const { model, credentialId: modelCredentialId } = useScriptedModel(host);

	// n8n 2 tells the model of a failed tool; n8n 1 stops, unless the tool's On Error says otherwise.
	const onFailure = major === 1 ? { onError: 'continueRegularOutput' as const } : {};

	/** An agent with these tools, by the name of the node. */
	function agent(tools: Record<string, INodeParameters>): WorkflowFile {
		const place = (
			id: string,
			name: string,
			type: string,
			typeVersion: number,
			x: number,
			y: number,
		) => ({ id, name, type, typeVersion, position: [x, y] as [number, number] });
		return {
			name: 'Assistant',
			settings: { executionOrder: 'v1' },
			nodes: [
				{ ...place('start', 'Start', 'n8n-nodes-base.manualTrigger', 1, 0, 0), parameters: {} },
				{
					...place('agent', 'Assistant', '@n8n/n8n-nodes-langchain.agent', 3, 220, 0),
					parameters: {
						promptType: 'define',
						text: 'Tell Ana and Ben that we are on our way',
						options: {},
					},
				},
				{
					...place('model', 'Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.2, 160, 200),
					parameters: {
						model: { __rl: true, mode: 'id', value: 'scripted' },
						options: { maxRetries: 0 },
					},
					credentials: { openAiApi: { id: modelCredentialId(), name: 'Scripted model' } },
				},
				...Object.entries(tools).map(([name, parameters]) => ({
					...place(name, name, 'n8n-nodes-chert.chertTool', 1, 320, 200),
					parameters,
					...onFailure,
					credentials: { chertApi: { id: host().credentialId, name: 'Chert account' } },
				})),
			],
			connections: {
				Start: { main: [[{ node: 'Assistant', type: 'main', index: 0 }]] },
				Model: { ai_languageModel: [[{ node: 'Assistant', type: 'ai_languageModel', index: 0 }]] },
				...Object.fromEntries(
					Object.keys(tools).map((name) => [
						name,
						{ ai_tool: [[{ node: 'Assistant', type: 'ai_tool' as const, index: 0 }]] },
					]),
				),
			},
		};
	}

	const sendTool = {
		resource: 'message',
		operation: 'send',
		phone: fromAi('Phone'),
		body: fromAi('Text'),
		options: {},
	};

	const sendAnImessage = { 'Send an iMessage': sendTool };

	async function run(tools: Record<string, INodeParameters>) {
		const { rest } = host().n8n;
		const id = await host().importWorkflow(agent(tools));
		const execution = await rest.executionEnded(await rest.run(id, 'Start'));
		expect(failureOf(execution)).toBe('');
		return outputOf(execution, 'Assistant').map(({ json }) => json.output);
	}

	it('is offered to the model with a name, a purpose and its fields', async () => {
		model().play([{ text: 'Nothing to do' }]);
		expect(await run(sendAnImessage)).toEqual(['Nothing to do']);
		const [{ tools = [] }] = model().requests;
		expect(tools).toHaveLength(1);
		expect(tools[0].function).toMatchObject({
			name: 'Send_an_iMessage',
			description: DESCRIPTIONS['message.send'],
			parameters: {
				type: 'object',
				properties: { Phone: { type: 'string' }, Text: { type: 'string' } },
				required: ['Phone', 'Text'],
			},
		});
		expect(Object.keys(tools[0].function.parameters.properties)).toEqual(['Phone', 'Text']);
	});

	it('is described to the model with the purpose of its operation, or as its user does', async () => {
		const ofEachOperation = Object.keys(DESCRIPTIONS).map((path) => {
			const [resource, operation] = path.split('.');
			return [path.replace('.', '_'), { resource, operation }];
		});
		const described = { ...sendTool, toolDescription: 'Writes to the night shift' };
		model().play([{ text: 'Nothing to do' }]);
		await run({
			...(Object.fromEntries(ofEachOperation) as Record<string, INodeParameters>),
			night_shift: described,
		});
		const offered = model().requests[0].tools?.map(({ function: { name, description } }) => [
			name.replace('_', '.'),
			description,
		]);
		expect(Object.fromEntries(offered ?? [])).toEqual({
			...DESCRIPTIONS,
			'night.shift': 'Writes to the night shift',
		});
	});

	it('sends once for each call, each with its own key, and tells the model the result', async () => {
		const call = (phone: string, text: string) => ({
			tool: 'Send_an_iMessage',
			arguments: { Phone: phone, Text: text },
		});
		model().play([
			{ calls: [call(ANA, 'Hi Ana, we are on our way'), call(BEN, 'Hi Ben, we are on our way')] },
			{ text: 'Both know' },
		]);
		expect(await run(sendAnImessage)).toEqual(['Both know']);

		const messages = host().sandbox.control.messages();
		expect(messages.map(({ phone, text }) => [phone, text]).sort()).toEqual([
			[ANA, 'Hi Ana, we are on our way'],
			[BEN, 'Hi Ben, we are on our way'],
		]);
		const keys = host()
			.sandbox.control.requests()
			.filter(({ route }) => route === 'send')
			.map(({ body }) => (body as { idempotency_key: string }).idempotency_key);
		expect(new Set(keys).size).toBe(2);
		const [, { messages: heard }] = model().requests;
		const results = heard.filter(({ role }) => role === 'tool');
		expect(results).toHaveLength(2);
		for (const { content } of results) expect(String(content)).toMatch(/"status":\s*"sent"/);
	});

	it('tells the model what is wrong with its arguments, so that it can correct them', async () => {
		const call = (phone: string) => ({
			calls: [{ tool: 'Send_an_iMessage', arguments: { Phone: phone, Text: 'Hello' } }],
		});
		model().play([call('555-0123'), call(ANA), { text: 'Done' }]);
		expect(await run(sendAnImessage)).toEqual(['Done']);
		expect(String(model().requests[1].messages.at(-1)?.content)).toContain(
			'does not start with + and the country code',
		);
		expect(host().sandbox.control.messages()).toHaveLength(1);
	});
}
