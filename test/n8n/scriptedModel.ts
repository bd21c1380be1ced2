import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

import { LOOPBACK } from '../../hosts/ports';
import type { WorkflowFile } from '../../hosts/rest';
import type { TestHost } from './testHost';

/** One response of the model: tool calls, or the text that ends the conversation. */
export type Turn =
	{ calls: Array<{ tool: string; arguments: Record<string, unknown> }> } | { text: string };

/** A tool in the model's request. */
export interface OfferedTool {
	name: string;
	description: string;
	parameters: {
		type: string;
		properties: Record<string, { type: string; description?: string }>;
		required?: string[];
	};
}

interface CompletionRequest {
	model: string;
	messages: Array<{ role: string; content: unknown; tool_call_id?: string }>;
	tools?: Array<{ type: 'function'; function: OfferedTool }>;
	stream?: boolean;
}

export interface ScriptedModel {
	/** Base URL for the model's credential. */
	url: string;
	/** Requests that it received, one per turn. */
	requests: CompletionRequest[];
	/** Clears the requests and starts a script. */
	play(turns: Turn[]): void;
	close(): Promise<void>;
}

/** A language model with OpenAI's chat completions API, which responds by a script. */
export async function startScriptedModel(): Promise<ScriptedModel> {
	const app = fastify({ forceCloseConnections: true });
	let script: Turn[] = [];
	const requests: CompletionRequest[] = [];

	app.post<{ Body: CompletionRequest }>('/v1/chat/completions', async ({ body }, reply) => {
		requests.push(body);
		const turn = script.shift();
		if (!turn)
			return await reply
				.status(500)
				.send({ error: { message: 'The script has no more turns', type: 'server_error' } });
		const [message, finishReason] = completionOf(turn, requests.length);
		const common = { id: `completion-${requests.length}`, created: 0, model: body.model };
		if (!body.stream) {
			const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
			return {
				...common,
				object: 'chat.completion',
				choices: [{ index: 0, message, finish_reason: finishReason }],
				usage,
			};
		}
		const chunk = (delta: object, finish: string | null) =>
			`data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
		return await reply
			.type('text/event-stream')
			.send(`${chunk(message, null)}${chunk({}, finishReason)}data: [DONE]\n\n`);
	});

	await app.listen({ host: LOOPBACK, port: 0 });
	const { port } = app.server.address() as AddressInfo;
	return {
		url: `http://${LOOPBACK}:${port}/v1`,
		requests,
		play(turns) {
			script = [...turns];
			requests.length = 0;
		},
		close: async () => await app.close(),
	};
}

/** Stores a credential of n8n's OpenAI nodes that leads to the model. Returns its id. */
async function createModelCredential({ n8n }: TestHost, model: ScriptedModel): Promise<string> {
	const data = { apiKey: 'none', url: model.url, header: false };
	return await n8n.rest.createCredential({ name: 'Scripted model', type: 'openAiApi', data });
}

/** One model for the tests of a describe block, and the id of its credential. Both exist once the tests run. */
export function useScriptedModel(host: () => TestHost): {
	model: () => ScriptedModel;
	credentialId: () => string;
} {
	let model: ScriptedModel;
	let credentialId: string;
	beforeAll(async () => {
		model = await startScriptedModel();
		credentialId = await createModelCredential(host(), model);
	});
	afterAll(async () => await model?.close());
	return { model: () => model, credentialId: () => credentialId };
}

/** Selects the model's credential in the workflow's nodes that use OpenAI. */
export function selectModelCredential({ nodes }: WorkflowFile, credentialId: string): void {
	for (const { credentials } of nodes) {
		if (credentials?.openAiApi) credentials.openAiApi.id = credentialId;
	}
}

function completionOf(turn: Turn, count: number): [message: object, finishReason: string] {
	if ('text' in turn) return [{ role: 'assistant', content: turn.text }, 'stop'];
	const calls = turn.calls.map(({ tool, arguments: values }, index) => ({
		index,
		id: `call_${count}_${index}`,
		type: 'function',
		function: { name: tool, arguments: JSON.stringify(values) },
	}));
	return [{ role: 'assistant', content: null, tool_calls: calls }, 'tool_calls'];
}
