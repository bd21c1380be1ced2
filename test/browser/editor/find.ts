import { resources } from '../../../nodes/Chert/resources';
import { until } from '../../../hosts/ready';
import type { Theme } from '../../support/editor';
import type { Scene } from './scene';

/** In the order of n8n's list, without those of n8n itself. */
const ACTIONS = resources.flatMap(({ operations }) => operations.map(({ action }) => action));
const TRIGGERS = [
	'On any event',
	'On lead reply (legacy)',
	'On message received',
	'On reaction added',
	'On reaction removed',
];

/** Finding the nodes among all of n8n's, and knowing them by their icons. */
export function findCases(scene: () => Scene): void {
	const page = () => scene().editor.page;
	const found = () => page().getByTestId('node-creator-item-name');
	const chert = () => page().getByTestId('node-creator').getByText('Chert', { exact: true });

	/** Searches the list of nodes; gives what it lists. */
	async function search(text: string): Promise<string[]> {
		const bar = page().getByTestId('node-creator-search-bar');
		// The list follows the typing with a delay: an empty search lists no nodes.
		await bar.fill('');
		await chert().waitFor({ state: 'detached' });
		await bar.fill(text);
		await chert().waitFor();
		return await found().allInnerTexts();
	}

	it('is found by its name and by what people look for, one entry for both nodes', async () => {
		await scene().editor.openEmptyWorkflow();
		await page().getByTestId('canvas-plus-button').click();
		for (const text of ['chert', 'tapback', 'texting', 'blue bubble', 'group text', 'iMessage'])
			expect((await search(text))[0]).toBe('Chert');
		await expect(page().getByTestId('node-creator').innerText()).resolves.toContain(
			'send messages, files, reactions and locations',
		);
		await scene().editor.shoot('find-imessage');
		// The names of others have SMS in them.
		expect(await search('SMS')).toContain('Chert');
		await scene().editor.shoot('find-sms');
	});

	it('lists triggers and actions in plain words', async () => {
		await chert().click();
		const categories = page().getByTestId('node-creator-category-item');
		await categories.filter({ hasText: `Actions (${ACTIONS.length})` }).click();
		// n8n renders a long list in several steps.
		const names = page().getByTestId('node-creator-item-name');
		await names.filter({ hasText: ACTIONS[ACTIONS.length - 1] }).waitFor();
		expect(await names.allInnerTexts()).toEqual([...TRIGGERS, ...ACTIONS]);
		await scene().editor.shoot('find-actions');
	});

	it('opens the form of the action that was clicked', async () => {
		await found().filter({ hasText: 'Send message to phone number' }).click();
		await page().getByTestId('node-parameters').waitFor();
		expect(
			await scene().editor.labelsOnce(['Resource', 'Operation', 'Phone', 'Text', 'Options']),
		).toContain('Phone');
		await expect(scene().editor.parameter('operation').locator('input').inputValue()).resolves.toBe(
			'Send',
		);
		await scene().editor.shoot('find-added');
	});

	it.each<[Theme, string]>([
		['light', 'chert.svg'],
		['dark', 'chert.dark.svg'],
	])('shows the icons of both nodes in the %s theme', async (theme, file) => {
		const { editor, n8n } = scene();
		await editor.useTheme(theme);
		const node = (name: string, type: string, typeVersion: number, x: number) => ({
			...{ id: name, name, type: `n8n-nodes-chert.${type}`, typeVersion, parameters: {} },
			position: [x, 0] as [number, number],
		});
		const nodes = [node('Chert Trigger', 'chertTrigger', 1.1, 0), node('Chert', 'chert', 1, 240)];
		await editor.openWorkflow(
			await n8n.rest.importWorkflow({ name: `In ${theme}`, nodes, connections: {} }),
		);
		const icons = page().getByTestId('canvas-node').locator('img');
		const loaded = await until(
			async () => {
				const images = await icons.evaluateAll((all) =>
					all.map((image) => ({
						src: String(image.getAttribute('src')),
						naturalWidth: Number('naturalWidth' in image && image.naturalWidth),
					})),
				);
				return (
					images.length === 2 && images.every(({ naturalWidth }) => naturalWidth > 0) && images
				);
			},
			{ what: 'Loading of two icons', timeoutMs: 10_000 },
		);
		expect(loaded.map(({ src }) => src.split('/').pop())).toEqual([file, file]);
		await editor.shoot(`icons-${theme}`);
		await editor.useTheme('light');
	});
}
