import { fillExample } from '../../hosts/examples';
import { failureOf } from '../../hosts/rest';
import { selectModelCredential, useScriptedModel } from './scriptedModel';
import type { TestHost } from './testHost';

const ANA = '+15550100123';
const BEN = '+15550100124';
const PHOTO = { fileName: 'leak.png', mimeType: 'image/png', base64: 'iVBORw0KGgo=' };

/** The examples with an AI Agent, with a scripted model in the place of OpenAI's. */
export function agentExampleCases(host: () => TestHost): void {
	const { model, credentialId: modelCredentialId } = useScriptedModel(host);

	/** Imports and activates an example with nothing filled in but the credentials. Returns its id. */
	async function activate(name: string): Promise<string> {
		const workflow = fillExample(name, { credentialId: host().credentialId });
		selectModelCredential(workflow, modelCredentialId());
		const id = await host().importWorkflow(workflow);
		await host().n8n.rest.activate(id);
		return id;
	}

	/** Waits until the workflow has run that many times. All of its nodes must have succeeded. */
	async function succeeded(id: string, count: number): Promise<void> {
		const executions = await host().n8n.rest.executionsEnded(id, count);
		expect(executions.map(failureOf)).toEqual(Array.from({ length: count }, () => ''));
	}

	const control = () => host().sandbox.control;
	const sentTo = (phone: string) =>
		control()
			.messages({ phone })
			.map(({ text }) => text);
	/** What the model saw in its latest request: the role and the content of each message. */
	const conversation = () =>
		(model().requests.at(-1)?.messages ?? []).map(({ role, content }) => [role, content]);

	/** A message as the trigger gives it. */
	const received = async (phone: string) => {
		const { message } = await control().reply(phone, { text: `I am ${phone}` });
		const { id: messageId, chatId, text } = message!;
		return {
			json: { chatId, sessionId: chatId, messageId, text, chatInput: text, attachments: [] },
		};
	};

	// After a restart, the messages of several chats can start one execution.
	it.each(['ai-agent', 'ai-assistant'])(
		'%s keeps two chats of one execution apart',
		async (name) => {
			const workflow = fillExample(name, { credentialId: host().credentialId });
			selectModelCredential(workflow, modelCredentialId());
			workflow.pinData = { 'Message received': [await received(ANA), await received(BEN)] };
			const id = await host().importWorkflow(workflow);
			const look = { calls: [{ tool: 'Read_conversation', arguments: {} }] };
			const [first, second] = [{ text: 'Hi Ana!' }, { text: 'Hi Ben!' }];
			model().play(name === 'ai-agent' ? [first, second] : [look, first, look, second]);
			const executionId = await host().n8n.rest.run(id, 'Message received');
			expect(failureOf(await host().n8n.rest.executionEnded(executionId))).toBe('');
			expect(JSON.stringify(conversation())).toContain(BEN);
			expect(JSON.stringify(conversation())).not.toContain(ANA);
			expect(sentTo(ANA)).toEqual(['Hi Ana!']);
			expect(sentTo(BEN)).toEqual(['Hi Ben!']);
		},
	);

	describe('ai-agent', () => {
		it('answers with the memory of the chat, and of no other chat', async () => {
			const id = await activate('ai-agent');
			model().play([{ text: 'Hi Ana!' }, { text: 'Hi Ben!' }, { text: 'You are Ana.' }]);
			await control().reply(ANA, { text: 'I am Ana' });
			await succeeded(id, 1);
			await control().reply(BEN, { text: 'I am Ben' });
			await succeeded(id, 2);
			expect(conversation()).toEqual([
				['system', expect.stringContaining('text messages')],
				['user', 'I am Ben'],
			]);
			await control().reply(ANA, { text: 'Who am I?' });
			await succeeded(id, 3);
			expect(conversation()).toEqual([
				['system', expect.stringContaining('text messages')],
				['user', 'I am Ana'],
				['assistant', 'Hi Ana!'],
				['user', 'Who am I?'],
			]);
			expect(sentTo(ANA)).toEqual(['Hi Ana!', 'You are Ana.']);
			expect(sentTo(BEN)).toEqual(['Hi Ben!']);
		});

		it('answers a photo without text', async () => {
			const id = await activate('ai-agent');
			model().play([{ text: 'What does the photo show?' }]);
			await control().reply(ANA, { attachment: PHOTO });
			await succeeded(id, 1);
			expect(sentTo(ANA)).toEqual(['What does the photo show?']);
		});
	});

	describe('ai-assistant', () => {
		it('shows typing, reads the history, reacts and answers', async () => {
			const id = await activate('ai-assistant');
			model().play([
				{ text: 'Tom comes on Tuesday at 9.' },
				{ calls: [{ tool: 'Read_conversation', arguments: {} }] },
				{ calls: [{ tool: 'React_to_message', arguments: { reaction: 'love' } }] },
				{ text: 'At 9.' },
			]);
			await control().reply(ANA, { text: 'When does somebody come?' });
			await succeeded(id, 1);
			const { message: thanks } = await control().reply(ANA, { text: 'Great, what time?' });
			await succeeded(id, 2);

			expect(sentTo(ANA)).toEqual(['Tom comes on Tuesday at 9.', 'At 9.']);
			const [, reacted] = control().messages({ phone: ANA, direction: 'inbound' });
			expect(reacted).toMatchObject({ id: thanks?.id, reactions: [{ type: 'love' }] });

			const results = conversation().filter(([role]) => role === 'tool');
			const history = results.map(([, content]) => String(content))[0];
			expect(textsIn(history)).toEqual([
				'When does somebody come?',
				'Tom comes on Tuesday at 9.',
				'Great, what time?',
			]);

			const routes = control()
				.requests()
				.map(({ route }) => route);
			const wanted = ['chats.typing', 'chats.history', 'messages.react', 'chats.send'];
			expect(routes.filter((route) => wanted.includes(route)).slice(2)).toEqual(wanted);
		});

		it('answers on a line without typing indicators, and a photo without text', async () => {
			const id = await activate('ai-assistant');
			control().addFaults({ kind: 'notRetryable', route: 'chats.typing', code: 4099 });
			model().play([{ text: 'What does the photo show?' }]);
			await control().reply(ANA, { attachment: PHOTO });
			await succeeded(id, 1);
			expect(sentTo(ANA)).toEqual(['What does the photo show?']);
		});
	});
}

/** The `text` of each message in a tool result, in order. */
function textsIn(toolResult: string): string[] {
	return [...toolResult.matchAll(/"text":\s*"([^"]*)"/g)].map(([, text]) => text);
}
