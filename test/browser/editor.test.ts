import { Editor } from '../support/editor';
import { credentialData, openStage, type Stage } from '../support/stage';

let stage: Stage;
let editor: Editor;

beforeAll(async () => {
	stage = await openStage();
	editor = await Editor.open(stage.n8n.url);
});
afterAll(async () => {
	await editor?.close();
	await stage?.close();
});

const PHONE = '+15550100123';

async function importNode(parameters: object, name = 'Chert') {
	return await stage.n8n.rest.importWorkflow({
		name: `Browser: ${name}`,
		nodes: [
			{ id: 'start', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
			{
				id: 'chert',
				name,
				type: 'n8n-nodes-chert.chert',
				typeVersion: 1,
				position: [240, 0],
				parameters: parameters as never,
				credentials: { chertApi: { id: stage.credentialId, name: 'Chert account' } },
			},
		],
		connections: { Start: { main: [[{ node: name, type: 'main', index: 0 }]] } },
	});
}

test('debug', async () => {
	const { page } = editor;
	const id = await importNode({ resource: 'chat', operation: 'create' });
	await editor.openWorkflow(id);
	await editor.openNode('Chert');
	await page.waitForTimeout(1500);
	await editor.shoot('create');
	console.log(await editor.labels());
	// lines
	await page.getByTestId('rlc-input').first().click();
	await page.waitForTimeout(1500);
	await editor.shoot('lines');
	console.log(await page.getByTestId('rlc-item').allTextContents());
	console.log(await page.evaluate(() => [...new Set([...document.querySelectorAll('[data-test-id]')].map((e) => e.getAttribute('data-test-id')))]));
	void credentialData; void PHONE;
});
