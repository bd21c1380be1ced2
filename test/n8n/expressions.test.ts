import { failureOf, type WorkflowFile } from '../../hosts/rest';
import { startTestEnvironment, type TestEnvironment } from '../support/testEnvironment';

const ANA = '+15550100123';

/** Installing n8n, if it is not there yet, and starting it. */
const START_TIMEOUT_MS = 15 * 60_000;

describe('an n8n that makes no isolate before an expression needs one', () => {
	let environment: TestEnvironment;

	beforeAll(async () => {
		environment = await startTestEnvironment({
			env: {
				N8N_EXPRESSION_ENGINE: 'vm',
				N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true',
				N8N_METRICS: 'true',
			},
		});
	}, START_TIMEOUT_MS);
	afterAll(async () => await environment?.close());

	/** Answers each reply; the answer's text is the parameter. */
	const answering = (name: string, body: string): WorkflowFile => {
		const credentials = { chertApi: { id: environment.credentialId, name: 'Chert account' } };
		return {
			name,
			nodes: [
				{
					...{
						id: 'trigger',
						name: 'Chert Trigger',
						type: 'n8n-nodes-chert.chertTrigger',
						typeVersion: 1.1,
						position: [0, 0],
					},
					...{ webhookId: name, parameters: { events: ['message.received'] }, credentials },
				},
				{
					...{
						id: 'chert',
						name: 'Chert',
						type: 'n8n-nodes-chert.chert',
						typeVersion: 1,
						position: [240, 0],
						credentials,
					},
					parameters: {
						resource: 'message',
						operation: 'send',
						phone: '={{ $json.from }}',
						body,
						options: {},
					},
				},
			],
			connections: { 'Chert Trigger': { main: [[{ node: 'Chert', type: 'main', index: 0 }]] } },
		};
	};
	const isolates = async (): Promise<number> => {
		const metrics = await (await fetch(`${environment.n8n.url}/metrics`)).text();
		return Number(/^n8n_expression_pool_acquired_total (\d+)$/m.exec(metrics)?.[1]);
	};
	/** Isolates that a reply and its answer took. */
	const isolatesOfReply = async (name: string, body: string): Promise<number> => {
		const { n8n, sandbox } = environment;
		const id = await n8n.rest.importWorkflow(answering(name, body));
		await n8n.rest.activate(id);
		const before = await isolates();
		await sandbox.control.reply(ANA, { text: 'Hello' });
		const [execution] = await n8n.rest.executionsEnded(id, 1);
		expect(failureOf(execution)).toBe('');
		const taken = (await isolates()) - before;
		await n8n.rest.deactivate(id);
		return taken;
	};

	it('needs none for a reply and its answer from fields', async () => {
		await expect(isolatesOfReply('fields', '=Got {{ $json.text }}')).resolves.toBe(0);
	});

	it('needs one for an answer that is computed', async () => {
		await expect(
			isolatesOfReply('computed', '={{ $json.text.split("").reverse().join("") }}'),
		).resolves.toBeGreaterThan(0);
	});
});
