import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { chromium, selectors, type Browser, type Locator, type Page } from 'playwright-core';

import { OWNER } from '../../hosts/n8n';
import { until } from '../../hosts/ready';
import { LOOPBACK_BROWSER_FLAGS } from './browserFlags';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Folder of the screenshots; git ignores it. */
export const SHOTS = join(__dirname, '../../.cache/screenshots');

/** Folder of the documents' pictures, written if PICTURES is set (`npm run pictures`). */
const PICTURES = join(__dirname, '../../docs/images');

/** A typical laptop screen. */
const VIEWPORT = { width: 1280, height: 800 };

/** Timeout for the editor to show something, on a busy machine. */
const TIMEOUT_MS = 20_000;

/** n8n's elements have this attribute. */
selectors.setTestIdAttribute('data-test-id');

/** Hides the window around the canvas, and what floats above it. */
const ONLY_CANVAS = `
	body :not(:has(.vue-flow), .vue-flow, .vue-flow *) { visibility: hidden }
	.vue-flow__panel, [data-test-id="canvas-node-toolbar"], [data-test-id^="execute-workflow-button"] { display: none }`;

/** Pixels around the nodes in a picture of the canvas. */
const CANVAS_MARGIN = 16;

interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

const shotPath = (name: string) => join(SHOTS, `${name}.png`);

export type Theme = 'light' | 'dark';

/** n8n's editor in a headless Chromium, controlled like a user does. */
export class Editor {
	private shots = 0;

	private constructor(
		private readonly browser: Browser,
		readonly page: Page,
		private readonly url: string,
	) {}

	/**
	 * Opens a browser that is signed in to n8n.
	 *
	 * @param url n8n's address
	 * @throws Error naming the Debian package if Chromium is missing
	 */
	static async open(url: string): Promise<Editor> {
		if (!existsSync(CHROMIUM))
			throw new Error(
				`${CHROMIUM} is missing. Install the Debian package chromium, or set CHROMIUM_PATH.`,
			);
		const browser = await chromium.launch({
			executablePath: CHROMIUM,
			args: LOOPBACK_BROWSER_FLAGS,
		});
		const context = await browser.newContext({ viewport: VIEWPORT, baseURL: url });
		context.setDefaultTimeout(TIMEOUT_MS);
		// Hides n8n's hint about pinned data, which covers the output.
		await context.addInitScript({
			content: "if (origin !== 'null') localStorage.setItem('N8N_PIN_DATA_DISCOVERY_NDV', 'true')",
		});
		const { email, password } = OWNER;
		await context.request.post('/rest/login', { data: { emailOrLdapLoginId: email, password } });
		const page = await context.newPage();
		// "Leave without saving?"
		page.on('dialog', (dialog) => void dialog.accept());
		return new Editor(browser, page, url);
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	/** Number of screenshots taken. */
	get shotCount(): number {
		return this.shots;
	}

	/** Takes a screenshot for review, of the page or a part of it. */
	async shoot(name: string, part: Page | Locator = this.page): Promise<void> {
		this.shots++;
		mkdirSync(SHOTS, { recursive: true });
		await part.screenshot({ path: shotPath(name), animations: 'disabled' });
	}

	/** Takes a screenshot for the documents, without notifications, tooltips and hover effects. */
	async picture(name: string, part?: Locator): Promise<void> {
		await this.tidy();
		await this.shoot(name, part);
		this.publish(name);
	}

	/** Takes a screenshot of the open workflow for the documents, without the window around it. */
	async canvasPicture(name: string): Promise<void> {
		await this.page.getByTestId('zoom-to-fit').click();
		await this.tidy();
		const missingIcons = this.page.locator('.n8n-node-icon:not(:has(svg, img))');
		await until(async () => (await missingIcons.count()) === 0, {
			what: 'The icons of the nodes',
			timeoutMs: TIMEOUT_MS,
		});
		await this.page.addStyleTag({ content: ONLY_CANVAS });
		this.shots++;
		mkdirSync(SHOTS, { recursive: true });
		const clip = await this.canvasContent();
		await this.page.screenshot({ path: shotPath(name), animations: 'disabled', clip });
		this.publish(name);
	}

	/** Closes notifications and tooltips, and moves the mouse away. */
	private async tidy(): Promise<void> {
		const closing = this.page.locator('.el-notification__closeBtn');
		while ((await closing.count()) > 0) {
			const left = await closing.count();
			await closing.first().click();
			await until(async () => (await closing.count()) < left, {
				what: 'Closing a notification',
				timeoutMs: TIMEOUT_MS,
			});
		}
		const { width } = this.page.viewportSize() ?? VIEWPORT;
		await this.page.mouse.move(width / 2, 1);
		await this.page.locator('[role="tooltip"]:visible').first().waitFor({ state: 'detached' });
	}

	/** The part of the window with nodes, notes and connections. */
	private async canvasContent(): Promise<Box> {
		const boxes = await this.page
			.locator('.vue-flow__node, .vue-flow__node *, .vue-flow__edge-path')
			.evaluateAll((elements) =>
				elements
					.filter((element) =>
						element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
					)
					.map((element) => element.getBoundingClientRect())
					.map(({ left, top, right, bottom }) => ({ left, top, right, bottom })),
			);
		const x = Math.min(...boxes.map(({ left }) => left)) - CANVAS_MARGIN;
		const y = Math.min(...boxes.map(({ top }) => top)) - CANVAS_MARGIN;
		const width = Math.max(...boxes.map(({ right }) => right)) + CANVAS_MARGIN - x;
		const height = Math.max(...boxes.map(({ bottom }) => bottom)) + CANVAS_MARGIN - y;
		return { x, y, width, height };
	}

	private publish(name: string): void {
		if (process.env.PICTURES) copyFileSync(shotPath(name), join(PICTURES, `${name}.png`));
	}

	/** Sets the size of the window. What is left out is as on a laptop screen. */
	async setSize(size: Partial<typeof VIEWPORT> = {}): Promise<void> {
		await this.page.setViewportSize({ ...VIEWPORT, ...size });
	}

	/** Sets the system theme. Applies to pages that are opened afterwards. */
	async useTheme(theme: Theme): Promise<void> {
		await this.page.emulateMedia({ colorScheme: theme });
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	async openEmptyWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('canvas-plus-button').waitFor();
	}

	/** Imports a file into the open, empty workflow, like Import from File in the menu. */
	async importFile(path: string): Promise<void> {
		await this.page.getByTestId('workflow-import-input').setInputFiles(path);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** Opens the form of a node. */
	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.page.getByTestId('node-parameters').waitFor();
	}

	/** The field of a parameter. */
	parameter(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	/** The dropdown field with the open list. */
	private openBox(): Locator {
		return this.page.locator('input[role="combobox"][aria-expanded="true"]').first();
	}

	/** Entries of the open dropdown list; other lists may still be fading out. */
	private async openList(): Promise<Locator> {
		const box = this.openBox();
		const entries = this.page.locator(
			`[id="${await box.getAttribute('aria-controls')}"] .el-select-dropdown__item`,
		);
		await entries.first().waitFor();
		return entries;
	}

	/** Labels of the entries of the open dropdown list. */
	async openEntries(): Promise<string[]> {
		const entries = await this.openList();
		return (await entries.allInnerTexts()).map((text) => text.trim().split('\n')[0]);
	}

	/** Selects an entry of the open dropdown list by its label, which closes the list. */
	async chooseEntry(label: string): Promise<void> {
		const entries = await this.openList();
		await entries.nth((await this.openEntries()).indexOf(label)).click();
		await this.openBox().waitFor({ state: 'detached' });
	}

	/** Selects an entry of a dropdown field by its label; `nth` if several fields have this name. */
	async choose(name: string, label: string, nth = 0): Promise<void> {
		await this.parameter(name).nth(nth).click();
		await this.chooseEntry(label);
	}

	async fill(name: string, text: string, nth = 0): Promise<void> {
		await this.parameter(name).nth(nth).locator('input, textarea').fill(text);
	}

	/** The Add option button of the form; collections inside parts have their own, above it. */
	private addOptionButton(): Locator {
		return this.page.locator('[data-test-id="collection-parameter-add"]:visible').last();
	}

	/** Labels in the Add option list. */
	async offeredOptions(): Promise<string[]> {
		await this.addOptionButton().click();
		const offered = await this.openEntries();
		await this.closeList();
		return offered;
	}

	/** Closes the open dropdown list without a selection. */
	async closeList(): Promise<void> {
		const box = this.openBox();
		await box.click();
		await box.waitFor({ state: 'detached' });
	}

	/** Adds an option to the form. */
	async addOption(label: string): Promise<void> {
		await this.addOptionButton().click();
		await this.chooseEntry(label);
	}

	/** Labels of the visible fields, in order. */
	async labels(): Promise<string[]> {
		return await this.page
			.locator('[data-test-id="node-parameters"] [data-test-id="input-label"] label:visible')
			.evaluateAll((labels) =>
				labels.map((label) => (label.querySelector('span')?.textContent ?? '').trim()),
			);
	}

	/** The labels as soon as they are as expected, or after the timeout. */
	async labelsOnce(expected: string[]): Promise<string[]> {
		return await once(async () => await this.labels(), expected);
	}

	/** Executes the step of the open form and waits for its end. */
	async executeStep(): Promise<'success' | 'danger'> {
		const isStarted = this.page.waitForResponse((response) =>
			/\/rest\/workflows\/[^/]+\/run/.test(response.url()),
		);
		await this.page.getByTestId('node-execute-button').click();
		await isStarted;
		return await this.stepEnded();
	}

	/** Waits until the step of the open form has ended. */
	async stepEnded(): Promise<'success' | 'danger'> {
		const panel = this.page.getByTestId('output-panel');
		const [good, bad] = [
			panel.getByTestId('node-run-status-success'),
			panel.getByTestId('node-run-status-danger'),
		];
		await good.or(bad).waitFor();
		return (await good.count()) > 0 ? 'success' : 'danger';
	}

	/** Rows of the table in the output panel, by column heading. */
	async outputTable(): Promise<Array<Record<string, string>>> {
		// n8n remembers the last view.
		await this.viewOutputAs('table');
		const table = this.page.getByTestId('output-panel').locator('table');
		await table.locator('tbody tr').first().waitFor();
		const heads = (await table.locator('thead th').allInnerTexts()).map((text) => text.trim());
		const rows = await table.locator('tbody tr').all();
		return await Promise.all(
			rows.map(async (row) => {
				const cells = await row.locator('td').allInnerTexts();
				return Object.fromEntries(
					heads
						.map((head, index) => [head, (cells[index] ?? '').trim()])
						.filter(([head]) => head !== ''),
				);
			}),
		);
	}

	/** Shows the output as `schema`, `table` or `json`. */
	async viewOutputAs(view: 'schema' | 'table' | 'json'): Promise<void> {
		const button = this.page.getByTestId('output-panel').getByTestId(`radio-button-${view}`);
		await button.click();
		await until(async () => (await button.getAttribute('aria-checked')) === 'true', {
			what: `The output as ${view}`,
			timeoutMs: TIMEOUT_MS,
		});
	}

	/** Message and description of the error in the output panel. */
	async failure(): Promise<{ message: string; description: string }> {
		const panel = this.page.getByTestId('output-panel');
		const message = await panel.getByTestId('node-error-message').innerText();
		const description = await panel.getByTestId('node-error-description').innerText();
		return { message: message.trim(), description: description.trim() };
	}

	/** Waits until these nodes have the success mark. */
	async greenNodes(names: string[]): Promise<void> {
		for (const name of names)
			await this.node(name).getByTestId('canvas-node-status-success').waitFor();
	}
}

/**
 * Returns the value as soon as it is as expected, or the last value after the timeout, for an assertion with a diff.
 */
export async function once<T>(read: () => Promise<T>, expected: T): Promise<T> {
	const isAsExpected = async () => isDeepStrictEqual(await read(), expected);
	await until(isAsExpected, { what: 'The expected view', timeoutMs: TIMEOUT_MS }).catch(
		() => undefined,
	);
	return await read();
}
