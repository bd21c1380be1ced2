import type { IDataObject, INode } from 'n8n-workflow';

import { until } from '../../hosts/ready';
import { failureOf, outputOf, type ExecutionSummary, type WorkflowFile } from '../../hosts/rest';
import { useScriptedModel } from './scriptedModel';
import type { TestHost } from './testHost';

const ANA = '+15550100123';
const MANAGER = '+15550100124';
const REFUND = 'Tell about refund';

/** Human review of an agent's tools, and the question as a separate tool. n8n 1 has neither. */
export function sendAndWaitAgentCases(host: () => TestHost): void {
	const { model, credentialId: modelCredentialId } = useScriptedModel(host);

	const credentials = () => ({ chertApi: { id: host().credentialId, name: 'Chert account' } });

	/** An agent whose tool is reviewed by the manager, or that asks the manager itself. */
	function agent(tools: INode[], connections: WorkflowFile['connections']): WorkflowFile {
		return {
			name: 'Assistant',
			settings: { executionOrder: 'v1' },
			nodes: [
				node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
				node('Assistant', '@n8n/n8n-nodes-langchain.agent', 3, {
					promptType: 'define',
					text: 'Refund Ana',
					options: {},
				}),
				{
					...node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.2, {
						model: { __rl: true, mode: 'id', value: 'scripted' },
						options: { maxRetries: 0 },
					}),
					credentials: { openAiApi: { id: modelCredentialId(), name: 'Scripted model' } },
				},
				...tools,
			],
			connections: {
				Start: { main: [[{ node: 'Assistant', type: 'main', index: 0 }]] },
				Model: { ai_languageModel: [[{ node: 'Assistant', type: 'ai_languageModel', index: 0 }]] },
				...connections,
			},
		};
	}

	const reviewed = (review: IDataObject): WorkflowFile =>
		agent(
			[
				{
					...node(REFUND, 'n8n-nodes-chert.chertTool', 1, {
						resource: 'message',
						operation: 'send',
						phone: ANA,
						body: "={{ $fromAI('Text') }}",
						options: {},
					}),
					credentials: credentials(),
				},
				{
					...node('Review', 'n8n-nodes-chert.chertHitlTool', 1, {
						message:
							'=The agent wants to run this tool: {{ $tool.name }}\n\nInput:\n{{ $tool.parameters }}',
						recipient: 'phone',
						phone: MANAGER,
						...review,
					}),
					credentials: credentials(),
				},
			],
			{
				[REFUND]: { ai_tool: [[{ node: 'Review', type: 'ai_tool', index: 0 }]] },
				Review: { ai_tool: [[{ node: 'Assistant', type: 'ai_tool', index: 0 }]] },
			},
		);

	const refund = (Text: string) => ({
		tool: 'Tell_about_refund',
		arguments: { toolParameters: { Text }, hitlParameters: {} },
	});
	const refundCall = { calls: [refund('Your 12.50 is on its way')] };

	/** Runs the workflow until it waits for the manager; gives the question. */
	async function start(workflow: WorkflowFile) {
		const { rest } = host().n8n;
		const id = await rest.run(await host().importWorkflow(workflow), 'Start');
		return { id, question: await asked(id, 1) };
	}

	/** The manager's latest question, once the execution waits for its answer. */
	async function asked(id: string, count: number) {
		const { control } = host().sandbox;
		const questions = await control.waitForMessages(count, { phone: MANAGER }, 30_000);
		const { rest } = host().n8n;
		const isWaiting = async () =>
			(await rest.request<ExecutionSummary>('GET', `/executions/${id}`)).status === 'waiting';
		await until(isWaiting, { what: 'The wait for the manager', timeoutMs: 20_000 });
		return questions[count - 1];
	}

	const toolResult = () => String(model().requests.at(-1)?.messages.at(-1)?.content);

	it('asks on a page, names the tool and its input, and runs the tool after the approval', async () => {
		model().play([refundCall, { text: 'Refunded' }]);
		const { id, question } = await start(reviewed({ answerBy: 'link' }));
		expect(question.text).toMatch(
			/run this tool: Tell_about_refund\s+Input:\s+Text: Your 12.50 is/,
		);
		const link = /https?:\S+/.exec(question.text)?.[0] ?? '';
		await fetch(link, { method: 'POST', body: new URLSearchParams({ decision: 'approve' }) });
		const execution = await host().n8n.rest.executionEnded(id);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, 'Assistant').map(({ json }) => json.output)).toEqual(['Refunded']);
		expect(
			host()
				.sandbox.control.messages({ phone: ANA })
				.map(({ text }) => text),
		).toEqual(['Your 12.50 is on its way']);
	});

	it.each([
		['like', 1],
		['dislike', 0],
	] as const)(
		'asks in iMessage: after the tapback %s the tool runs %i times',
		async (type, runs) => {
			model().play([refundCall, { text: 'Done' }]);
			const { id, question } = await start(reviewed({ answerBy: 'reply' }));
			await host().sandbox.control.reply(MANAGER, { reaction: { type, messageId: question.id } });
			const execution = await host().n8n.rest.executionEnded(id);
			expect(failureOf(execution)).toBe('');
			expect(host().sandbox.control.messages({ phone: ANA })).toHaveLength(runs);
			if (runs === 0) expect(toolResult()).toContain('rejected');
		},
	);

	it('asks about each of two calls of the same turn', async () => {
		const { sandbox, n8n } = host();
		model().play([{ calls: [refund('Sorry, Ana'), refund('Sorry, Ben')] }, { text: 'Done' }]);
		const { id } = await start(reviewed({ answerBy: 'reply' }));
		await sandbox.control.reply(MANAGER, { text: 'no' });
		expect((await asked(id, 2)).text).toContain('Text: Sorry, Ben');
		await sandbox.control.reply(MANAGER, { text: 'yes' });
		const execution = await n8n.rest.executionEnded(id);
		expect(failureOf(execution)).toBe('');
		expect(sandbox.control.messages({ phone: ANA }).map(({ text }) => text)).toEqual([
			'Sorry, Ben',
		]);
	});

	it('takes the end of the time limit for a rejection', async () => {
		model().play([refundCall, { text: 'Not done' }]);
		const limitWaitTime = {
			values: { limitType: 'afterTimeInterval', resumeAmount: 0.02, resumeUnit: 'minutes' },
		};
		const { id } = await start(reviewed({ answerBy: 'reply', options: { limitWaitTime } }));
		const execution = await host().n8n.rest.executionEnded(id, 90_000);
		expect(failureOf(execution)).toBe('');
		expect(host().sandbox.control.messages({ phone: ANA })).toEqual([]);
		expect(toolResult()).toContain('rejected');
	}, 120_000);

	it('gives an agent that asks directly the reply of the person', async () => {
		model().play([
			{ calls: [{ tool: 'Ask_the_manager', arguments: { Question: 'Which color?' } }] },
			{ text: 'Blue it is' },
		]);
		const ask = {
			...node('Ask the manager', 'n8n-nodes-chert.chertTool', 1, {
				resource: 'message',
				operation: 'sendAndWait',
				recipient: 'phone',
				phone: MANAGER,
				message: "={{ $fromAI('Question') }}",
				answerBy: 'reply',
				responseType: 'freeText',
			}),
			credentials: credentials(),
		};
		const toAgent = { ai_tool: [[{ node: 'Assistant', type: 'ai_tool' as const, index: 0 }]] };
		const { id } = await start(agent([ask], { 'Ask the manager': toAgent }));
		await host().sandbox.control.reply(MANAGER, { text: 'Blue' });
		const execution = await host().n8n.rest.executionEnded(id);
		expect(failureOf(execution)).toBe('');
		expect(toolResult()).toContain('Blue');
		expect(outputOf(execution, 'Assistant').map(({ json }) => json.output)).toEqual(['Blue it is']);
	});
}

function node(name: string, type: string, typeVersion: number, parameters: IDataObject): INode {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters } as unknown as INode;
}
