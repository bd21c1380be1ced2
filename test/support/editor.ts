import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, selectors, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';

import { LOOPBACK_BROWSER_FLAGS } from './browserFlags';
import { OWNER } from './stage';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** n8n marks its elements with this attribute. */
selectors.setTestIdAttribute('data-test-id');

/** Where screenshots of the suite go; git ignores the folder. */
export const SHOTS = join(__dirname, '../../.cache/screenshots');

/** n8n's editor in a headless Chromium, driven by what a person sees. */
export class Editor {
	private constructor(
		private readonly browser: Browser,
		readonly context: BrowserContext,
		readonly page: Page,
		private readonly url: string,
	) {}

	/**
	 * Opens the editor, signed in.
	 *
	 * @param url n8n's address
	 * @throws Error naming the Debian package when there is no Chromium
	 */
	static async open(url: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Editor> {
		if (!existsSync(CHROMIUM)) throw new Error(`There is no ${CHROMIUM}: install the Debian package chromium, or set CHROMIUM_PATH.`);
		const browser = await chromium.launch({ executablePath: CHROMIUM, args: LOOPBACK_BROWSER_FLAGS });
		const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme, baseURL: url });
		const { email, password } = OWNER;
		await context.request.post('/rest/login', { data: { emailOrLdapLoginId: email, password } });
		const page = await context.newPage();
		return new Editor(browser, context, page, url);
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	/** Takes a picture for people to look at. */
	async shoot(name: string): Promise<void> {
		mkdirSync(SHOTS, { recursive: true });
		await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	async openEmptyWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('canvas-plus-button').waitFor();
	}

	/** Searches the node creator; gives the names it offers. */
	async searchNodes(text: string): Promise<string[]> {
		const search = this.page.getByTestId('node-creator-search-bar');
		await search.waitFor();
		await search.fill(text);
		await this.page.getByTestId('node-creator-item-name').filter({ hasText: 'Chert' }).first().waitFor();
		return await this.page.getByTestId('node-creator-item-name').allTextContents();
	}

	/** Opens the form of a node on the canvas. */
	async openNode(name: string): Promise<void> {
		await this.page.getByTestId('canvas-node').filter({ hasText: name }).first().dblclick();
		await this.page.getByTestId('ndv').or(this.page.getByTestId('node-parameters')).first().waitFor();
	}

	/** Closes the form. */
	async closeNode(): Promise<void> {
		await this.page.keyboard.press('Escape');
	}

	parameter(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`).first();
	}

	/** Chooses an entry of a drop-down field by its label. */
	async choose(name: string, label: string): Promise<void> {
		await this.parameter(name).click();
		await this.page.locator('.el-select-dropdown__item:visible').filter({ hasText: new RegExp(`^\\s*${label}`) }).first().click();
	}

	async fill(name: string, text: string): Promise<void> {
		await this.parameter(name).locator('input, textarea').first().fill(text);
	}

	/** Labels of the fields that the open form shows, in their order. */
	async labels(): Promise<string[]> {
		return (await this.page.getByTestId('input-label').allTextContents()).map((label) => label.trim());
	}
}
