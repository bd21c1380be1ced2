import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import {
	chromium,
	type Browser,
	type BrowserContext,
	type BrowserContextOptions,
	type Locator,
	type Page,
} from 'playwright-core';

import type { Sandbox } from '../../sandbox';
import type { Api } from './api';
import { LOOPBACK_BROWSER_FLAGS } from './browserFlags';
import { useSandbox } from './sandbox';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Where screenshots go; git ignores the folder. */
const SHOTS = join(__dirname, '../../.cache/screenshots');

/** Pictures of the README; written when PICTURES is set (`npm run pictures`). */
const PICTURES = join(__dirname, '../../docs/images');

/** The sandbox's phone page in a headless Chromium, driven by what a person sees. */
export class Phone {
	/** Errors in the page, and its requests to other hosts: a test fails on either. */
	readonly pageErrors: string[] = [];

	private constructor(
		readonly page: Page,
		readonly context: BrowserContext,
		private readonly origin: string,
	) {
		page.on('pageerror', (error) => this.pageErrors.push(error.message));
		page.on(
			'console',
			(message) => message.type() === 'error' && this.pageErrors.push(message.text()),
		);
		page.on('request', (request) => {
			const { protocol, origin: host } = new URL(request.url());
			if (protocol.startsWith('http') && host !== origin)
				this.pageErrors.push(`Request to ${request.url()}`);
		});
	}

	static async open(
		browser: Browser,
		origin: string,
		options: BrowserContextOptions = {},
	): Promise<Phone> {
		const context = await browser.newContext({
			viewport: { width: 1180, height: 900 },
			locale: 'en-US',
			reducedMotion: 'reduce',
			...options,
		});
		const phone = new Phone(await context.newPage(), context, origin);
		await phone.load();
		return phone;
	}

	async load(): Promise<void> {
		await this.page.goto(this.origin);
		await this.page.getByText('Live', { exact: true }).waitFor();
	}

	/** Opens a conversation of the list. */
	async choose(name: string | RegExp): Promise<void> {
		await this.page
			.getByRole('navigation', { name: 'Conversations' })
			.getByRole('link', { name })
			.click();
		await this.page.getByRole('heading', { level: 2, name }).waitFor();
	}

	/** The message that holds a text. */
	message(text: string | RegExp): Locator {
		return this.page.locator('li.message').filter({ hasText: text });
	}

	get picker(): Locator {
		return this.page.getByRole('dialog', { name: /^Tapback on/ });
	}

	get messageBox(): Locator {
		return this.page.getByRole('textbox', { name: 'Message', exact: true });
	}

	/** Name of the element that has the focus: its label, else its text. */
	async focused(): Promise<string> {
		return await this.page.evaluate<string>(
			'(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()',
		);
	}

	/** Takes a picture for people to look at. */
	async shoot(name: string): Promise<void> {
		await shoot(this.page, name);
	}

	/** Takes a picture for the README. */
	async picture(name: string): Promise<void> {
		await picture(this.page, name);
	}
}

/** Takes a picture of a phone's screen for people to look at. */
export async function shoot(page: Page, name: string): Promise<Buffer> {
	mkdirSync(SHOTS, { recursive: true });
	return await page.screenshot({ path: join(SHOTS, `phone-${name}.png`) });
}

/** Takes a picture for the README. */
export async function picture(page: Page, name: string): Promise<void> {
	await shoot(page, name);
	if (process.env.PICTURES)
		copyFileSync(join(SHOTS, `phone-${name}.png`), join(PICTURES, `${name}.png`));
}

/** @throws Error naming the Debian package when there is no Chromium */
export async function launchChromium(): Promise<Browser> {
	if (!existsSync(CHROMIUM))
		throw new Error(
			`There is no ${CHROMIUM}: install the Debian package chromium, or set CHROMIUM_PATH.`,
		);
	return await chromium.launch({ executablePath: CHROMIUM, args: LOOPBACK_BROWSER_FLAGS });
}

interface PhoneHolder {
	sandbox: Sandbox;
	api: Api;
	/** Opens the page; it is closed after the test, which fails on page errors. */
	open(options?: BrowserContextOptions, origin?: string): Promise<Phone>;
}

/**
 * One sandbox and one browser for a test file; each test begins with an empty sandbox.
 *
 * @throws Error naming the Debian package when there is no Chromium
 */
export function usePhone(): PhoneHolder {
	let browser: Browser;
	const opened: Phone[] = [];
	const holder: PhoneHolder = Object.assign(useSandbox({ timing: { webhookRetryMs: [20, 40] } }), {
		async open(options?: BrowserContextOptions, origin = holder.sandbox.origin) {
			const phone = await Phone.open(browser, origin, options);
			opened.push(phone);
			return phone;
		},
	});
	beforeAll(async () => {
		browser = await launchChromium();
	});
	afterEach(async () => {
		const phones = opened.splice(0);
		await Promise.all(phones.map(async ({ context }) => await context.close()));
		expect(phones.flatMap(({ pageErrors }) => pageErrors)).toEqual([]);
	});
	afterAll(async () => await browser?.close());
	return holder;
}
