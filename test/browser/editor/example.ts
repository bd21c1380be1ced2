import { join } from 'node:path';

import { ANA, type Scene } from './scene';

const FILE = join(__dirname, '../../../examples/review-request.json');

/** The example of the main job, as somebody meets it who has just imported it. */
export function exampleCases(scene: () => Scene): void {
	const editor = () => scene().editor;
	const page = () => editor().page;

	/** Runs the workflow from one of its triggers; resolves when that is listening. */
	async function executeFrom(trigger: string): Promise<void> {
		await editor().node(trigger).hover();
		await page().getByTestId(`execute-workflow-button-${trigger}`).click();
		await page().getByTestId('stop-execution-waiting-for-webhook-button').waitFor();
	}

	it('is imported from its file', async () => {
		scene().sandbox.control.reset();
		await editor().openEmptyWorkflow();
		await editor().importFile(FILE);
		expect(await page().getByTestId('canvas-node').count()).toBe(8);
		await editor().shoot('example-imported');
	});

	it('finds the credential by its name, and sends the review request when the CRM calls: all green', async () => {
		const { sandbox, files, n8n } = scene();
		await executeFrom('Job done');
		const response = await fetch(`${n8n.url}/webhook-test/job-done`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				customer: { name: 'Ana', phone: ANA },
				photoUrl: `${files.url}/after.png`,
			}),
		});
		expect(response.status).toBe(200);
		await editor().greenNodes(['Job done', 'Settings', 'Get photo', 'Send review request']);
		const [request] = sandbox.control.messages({ phone: ANA });
		expect(request.parts.map(({ type }) => type)).toEqual(['text', 'media', 'rich_link']);
		// Upwards a little, or n8n's own button covers the lower row.
		await page().mouse.move(640, 560);
		await page().mouse.wheel(0, 70);
		await editor().picture('workflow');
	});

	it('answers the reply with a tapback and thanks: all green', async () => {
		const { sandbox } = scene();
		await executeFrom('Customer replied');
		const { message } = await sandbox.control.reply(ANA, { text: 'It looks wonderful!' });
		await editor().greenNodes([
			'Customer replied',
			'Acknowledge the reply',
			'Once per customer',
			'Say thank you',
		]);
		const [, thanks] = sandbox.control.messages({ phone: ANA });
		expect(thanks.text).toContain('Thank you');
		const [reply] = sandbox.control.messages({ phone: ANA, direction: 'inbound' });
		expect(reply).toMatchObject({ id: message?.id, reactions: [{ type: 'like' }] });
		await editor().shoot('example-replied');
	});
}
