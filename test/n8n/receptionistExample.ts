import type { INodeExecutionData } from 'n8n-workflow';

import { fillExample } from '../../hosts/examples';
import { until } from '../../hosts/ready';
import { failureOf, type WorkflowFile } from '../../hosts/rest';
import { createGroup } from './group';
import { selectModelCredential, useScriptedModel, type Turn } from './scriptedModel';
import type { TestHost } from './testHost';

const ANA = '+15550100123';
const BEN = '+15550100124';
const TOM = '+15550100125';
const EVE = '+15550100126';
const LEAK = 'Ana has a leak in the kitchen';
const UPDATE = 'I am asking the team.';
const PHOTO = { fileName: 'leak.png', mimeType: 'image/png', base64: 'iVBORw0KGgo=' };
/** Long enough for messages that are sent one after the other without a break. */
const PAUSE_SECONDS = 3;

/** The example ai-receptionist, with a scripted model. n8n 1 has no human review of tools. */
export function receptionistExampleCases(host: () => TestHost): void {
	const { model, credentialId: modelCredentialId } = useScriptedModel(host);

	const control = () => host().sandbox.control;

	/** Publishes the example for a team of Ben and Tom. The agent answers by the script. */
	async function publish(turns: Turn[], minutesToWait = 5) {
		const teamChatId = await createGroup(host(), [BEN, TOM]);
		const id = await publishFor(teamChatId, minutesToWait);
		model().play(turns);
		/** What the team got after the group's first message. */
		const teamMessages = () => control().messages({ chatId: teamChatId }).slice(1);
		return { id, teamChatId, teamMessages };
	}

	function fillIn(teamChatId: string, minutesToWait: number): WorkflowFile {
		const settings = { teamChatId, minutesToWait };
		const workflow = fillExample('ai-receptionist', {
			credentialId: host().credentialId,
			settings,
		});
		selectModelCredential(workflow, modelCredentialId());
		const trigger = workflow.nodes.find(({ name }) => name === 'Message received');
		Object.assign(trigger?.parameters.options as object, { waitForPause: PAUSE_SECONDS });
		return workflow;
	}

	async function publishFor(teamChatId: string, minutesToWait: number): Promise<string> {
		const id = await host().importWorkflow(fillIn(teamChatId, minutesToWait));
		await host().n8n.rest.activate(id);
		return id;
	}

	/** An item of the trigger: somebody writes who they are. */
	async function received(from: string): Promise<INodeExecutionData> {
		const text = `I am ${from}`;
		const { message } = await control().reply(from, { text });
		const chatId = message?.chatId;
		const attachments: never[] = [];
		return {
			json: { chatId, sessionId: chatId, text, chatInput: text, from, attachments, optOut: false },
		};
	}

	const textsTo = (phone: string) =>
		control()
			.messages({ phone })
			.map(({ text }) => text);

	/** Waits until the workflow has run that many times, with nothing failed. */
	const succeeded = async (id: string, count: number, timeoutMs?: number): Promise<void> => {
		const executions = await host().n8n.rest.executionsEnded(id, count, timeoutMs);
		expect(executions.map(failureOf)).toEqual(Array.from({ length: count }, () => ''));
	};

	const untilAsked = async (id: string) =>
		await until(
			async () => (await host().n8n.rest.executions(id)).some(({ status }) => status === 'waiting'),
			{ what: 'The wait for the team', timeoutMs: 30_000 },
		);

	/** What the model saw in its latest request, without the instructions. */
	const conversation = () =>
		(model().requests.at(-1)?.messages ?? [])
			.filter(({ role }) => role !== 'system')
			.map(({ role, content }) => [role, content]);
	const toolResult = () => String(conversation().at(-1)?.[1]);

	/** The model tells the customer, asks the team, and ends with this text. */
	const handOver = (end: string): Turn[] => [
		{ calls: [{ tool: 'Send_update', arguments: { text: UPDATE } }] },
		{
			calls: [
				{
					tool: 'Hand_over_chat',
					arguments: { toolParameters: { name: 'Ana' }, hitlParameters: { request: LEAK } },
				},
			],
		},
		{ text: end },
	];

	it('answers once to five quick messages, as plain text, and remembers the chat', async () => {
		const { id } = await publish([{ text: 'We can **come** today.' }, { text: 'At 4 pm.' }]);
		const texts = ['Hi', 'I have a leak', 'in the kitchen', 'since this morning', 'Can you come?'];
		for (const text of texts) await control().reply(ANA, { text });
		await succeeded(id, 5);
		expect(textsTo(ANA)).toEqual(['We can come today.']);
		expect(conversation()).toEqual([['user', texts.join('\n')]]);

		await control().reply(ANA, { text: 'When?' });
		await succeeded(id, 6);
		expect(textsTo(ANA)).toEqual(['We can come today.', 'At 4 pm.']);
		expect(conversation()).toEqual([
			['user', texts.join('\n')],
			['assistant', 'We can **come** today.'],
			['user', 'When?'],
		]);
		const routes = control()
			.requests()
			.map(({ route }) => route);
		expect(routes.filter((route) => route === 'chats.typing' || route === 'chats.send')).toEqual([
			'chats.typing',
			'chats.send',
			'chats.typing',
			'chats.send',
		]);
	});

	it('tells the model about the business and its tools', async () => {
		const { id } = await publish([{ text: 'Hi!' }]);
		await control().reply(ANA, { text: 'Hi' });
		await succeeded(id, 1);
		const system = String(model().requests.at(-1)?.messages[0].content);
		expect(system).toContain('receptionist of Lopez Plumbing');
		expect(system).toContain('Opening hours: Monday to Friday, 8 am to 5 pm');
		expect(system).toMatch(/Now: \w+day, \w+ \d+, \d+:\d\d [AP]M/);
		const tools = (model().requests[0].tools ?? []).map((tool) => tool.function);
		const properties = (name: string) =>
			tools.find((tool) => tool.name === name)?.parameters.properties;
		expect(properties('Send_update')).toHaveProperty('text');
		expect(properties('Hand_over_chat')).toMatchObject({
			toolParameters: { properties: { name: { type: 'string' } } },
			hitlParameters: { properties: { request: { type: 'string' } } },
		});
	});

	it('hands the chat over only after somebody on the team approves it with a tapback', async () => {
		const { id, teamChatId, teamMessages } = await publish(handOver('Tom is calling you.'));
		await control().reply(ANA, { text: 'I need a person' });
		await untilAsked(id);
		expect(textsTo(ANA)).toEqual([UPDATE]);
		const [question, ...others] = teamMessages();
		expect(question.text).toContain(`${ANA} asks for a person:\n${LEAK}`);
		expect(others).toEqual([]);

		const like = { type: 'like' as const, messageId: question.id };
		await control().reply(TOM, { chatId: teamChatId, reaction: like });
		await succeeded(id, 1);
		expect(teamMessages()[1].parts).toMatchObject([
			{ contact: { full_name: 'Ana', phones: [{ value: ANA }] } },
		]);
		expect(textsTo(ANA)).toEqual([UPDATE, 'Tom is calling you.']);
	});

	// Takes up to a minute, because n8n looks at time limits once a minute.
	it('does not hand the chat over if nobody on the team answers in time', async () => {
		const end = 'Somebody will call you back.';
		const { id, teamMessages } = await publish(handOver(end), 0.02);
		await control().reply(ANA, { text: 'I need a person' });
		await succeeded(id, 1, 100_000);
		expect(toolResult()).toContain('rejected');
		expect(teamMessages()).toHaveLength(1);
		expect(textsTo(ANA)).toEqual([UPDATE, end]);
	}, 120_000);

	it('answers no opt-out, nor what was written just before', async () => {
		const { id } = await publish([]);
		await control().reply(ANA, { text: 'Who are you?' });
		await control().reply(ANA, { text: 'STOP' });
		await succeeded(id, 2);
		expect(model().requests).toEqual([]);
		expect(textsTo(ANA)).toEqual([]);
	});

	it('tells the model about a photo without text', async () => {
		const { id } = await publish([{ text: 'What does the photo show?' }]);
		await control().reply(ANA, { attachment: PHOTO });
		await succeeded(id, 1);
		expect(conversation()).toEqual([['user', '(Files that you cannot see: leak.png)']]);
		expect(textsTo(ANA)).toEqual(['What does the photo show?']);
	});

	it('answers on a line without typing indicators', async () => {
		const { id } = await publish([{ text: 'Hello!' }]);
		control().addFaults({ kind: 'notRetryable', route: 'chats.typing', code: 4099 });
		await control().reply(ANA, { text: 'Hi' });
		await succeeded(id, 1);
		expect(textsTo(ANA)).toEqual(['Hello!']);
	});

	// After a restart, the messages of several chats can start one execution.
	it('keeps two chats of one execution apart', async () => {
		const team = await createGroup(host(), [BEN, TOM]);
		const workflow = fillIn(team, 5);
		workflow.pinData = { 'Message received': [await received(ANA), await received(EVE)] };
		const id = await host().importWorkflow(workflow);
		model().play([{ text: 'Hi Ana!' }, ...handOver('Tom is calling you.')]);
		const executionId = await host().n8n.rest.run(id, 'Message received');
		await untilAsked(id);
		expect(conversation()[0]).toEqual(['user', `I am ${EVE}`]);
		const question = control().messages({ chatId: team })[1];
		expect(question.text).toContain(`${EVE} asks for a person`);
		await control().reply(TOM, { chatId: team, text: 'Yes' });
		expect(failureOf(await host().n8n.rest.executionEnded(executionId))).toBe('');
		expect(control().messages({ chatId: team })[2].parts).toMatchObject([
			{ contact: { phones: [{ value: EVE }] } },
		]);
		expect(textsTo(ANA)).toEqual(['Hi Ana!']);
		expect(textsTo(EVE)).toEqual([UPDATE, 'Tom is calling you.']);
	});

	it('does not answer in the chat of the team', async () => {
		const { chatId } = (await control().reply(BEN, { text: 'Hi' })).message ?? {};
		const id = await publishFor(String(chatId), 5);
		model().play([]);
		await control().reply(BEN, { text: 'Is somebody in the office?' });
		await succeeded(id, 1);
		expect(model().requests).toEqual([]);
	});
}
