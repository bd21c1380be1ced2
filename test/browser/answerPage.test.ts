import type { AddressInfo } from 'node:net';

import formbody from 'node:querystring';
import axe from 'axe-core';
import fastify, { type FastifyInstance } from 'fastify';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

import { LOOPBACK } from '../../hosts/ports';
import { FIELD_TYPES, type FormField } from '../../nodes/Chert/sendAndWait/form';
import { PAGE_HEADERS } from '../../nodes/Chert/sendAndWait/html';
import {
	FREE_TEXT_FIELD,
	renderNotice,
	renderQuestion,
	type QuestionPage,
} from '../../nodes/Chert/sendAndWait/page';
import { LOOPBACK_BROWSER_FLAGS } from '../support/browserFlags';

const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ';

const field = (changes: Partial<FormField>): FormField => ({ ...FREE_TEXT_FIELD, ...changes });

const twentyFields = Array.from({ length: 20 }, (_, index) => {
	const type = FIELD_TYPES[index % FIELD_TYPES.length];
	const choices = type === 'dropdown' || type === 'checkbox' ? ['Morning', 'Evening'] : [];
	return field({ label: `Field ${index + 1}`, type, choices, placeholder: 'e.g. this' });
});

const PAGES: Record<string, string> = {
	approval: question({
		input: { kind: 'approval', approveLabel: 'Book it', disapproveLabel: 'Not now' },
	}),
	'free text': question({ input: formOf([FREE_TEXT_FIELD]) }),
	'20 fields': question({ input: formOf(twentyFields) }),
	'rejected form': renderQuestion(
		{ title: 'Your room', message: 'Please tell us', input: formOf(twentyFields) },
		{
			values: twentyFields.map(() => 'something'),
			errors: twentyFields.map(() => 'Please fill in this field.'),
		},
	),
	'long texts': question({
		title: LONG.repeat(3),
		message: `${LONG.repeat(10)}\n\nhttps://example.com/${'a'.repeat(300)}`,
		input: { kind: 'approval', approveLabel: LONG, disapproveLabel: LONG },
	}),
	'right to left': question({
		title: 'هل الموعد مناسب؟ 🕘',
		message: 'الثلاثاء الساعة التاسعة صباحًا',
		input: { kind: 'approval', approveLabel: 'نعم', disapproveLabel: 'لا' },
	}),
	notice: renderNotice('Too late', 'The time to answer this question is over.'),
};

function question(changes: Partial<QuestionPage>): string {
	const input = { kind: 'approval', approveLabel: 'Yes' } as const;
	return renderQuestion({ title: 'Quote 1042', message: 'Is it fine?', input, ...changes });
}

function formOf(fields: FormField[]) {
	return { kind: 'form', fields, buttonLabel: 'Send', multipart: false } as const;
}

let browser: Browser;
let server: FastifyInstance;
let url: string;
const received: Array<Record<string, unknown>> = [];

beforeAll(async () => {
	browser = await chromium.launch({
		executablePath: '/usr/bin/chromium',
		args: LOOPBACK_BROWSER_FLAGS,
	});
	server = fastify({ forceCloseConnections: true });
	server.addContentTypeParser(
		'application/x-www-form-urlencoded',
		{ parseAs: 'string' },
		(_request, body, done) => done(null, formbody.parse(body as string)),
	);
	server.get<{ Params: { name: string } }>('/:name', async ({ params }, reply) => {
		return await reply.headers(PAGE_HEADERS).send(PAGES[params.name]);
	});
	server.post<{ Body: Record<string, unknown> }>('/:name', async ({ body }, reply) => {
		received.push({ ...body });
		return await reply
			.headers(PAGE_HEADERS)
			.send(renderNotice('Thank you', 'Your answer was sent.'));
	});
	await server.listen({ host: LOOPBACK, port: 0 });
	url = `http://${LOOPBACK}:${(server.server.address() as AddressInfo).port}`;
});

afterEach(() => {
	received.length = 0;
});

afterAll(async () => {
	await browser?.close();
	await server?.close();
});

/** Opens a page on a phone. */
async function open(name: string, options: BrowserContextOptions = {}): Promise<Page> {
	const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
	const page = await context.newPage();
	await page.goto(`${url}/${encodeURIComponent(name)}`);
	return page;
}

const NAMES = Object.keys(PAGES);

describe.each(['light', 'dark'] as const)('the page of a question, %s', (colorScheme) => {
	it.each(NAMES)('is accessible: %s', async (name) => {
		// axe is a script, which the page itself does not allow.
		const page = await open(name, { colorScheme, bypassCSP: true });
		await page.evaluate(axe.source);
		const { violations } = (await page.evaluate(
			`axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] })`,
		)) as axe.AxeResults;
		expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
		await page.context().close();
	});
});

describe('the page of a question', () => {
	it.each(NAMES)('fits a phone of 390 pixels: %s', async (name) => {
		const page = await open(name, { bypassCSP: true });
		const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
		expect(widths).toEqual([390, 390]);
		const sizes = await page
			.locator('button, .text, .choice')
			.evaluateAll((all) =>
				all.map((element) => (element as unknown as { offsetHeight: number }).offsetHeight),
			);
		expect(sizes.filter((height) => height < 44)).toEqual([]);
		await page.context().close();
	});

	it('follows the color scheme of the phone', async () => {
		const colors = [];
		for (const colorScheme of ['light', 'dark'] as const) {
			const page = await open('approval', { colorScheme, bypassCSP: true });
			colors.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
			await page.context().close();
		}
		expect(colors).toEqual(['rgb(242, 242, 247)', 'rgb(0, 0, 0)']);
	});

	it('sends the decision of the button, also without script and under its own policy', async () => {
		const page = await open('approval', { javaScriptEnabled: false });
		await page.getByRole('button', { name: 'Not now' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		expect(received).toEqual([{ decision: 'disapprove' }]);
		await page.context().close();
	});

	it('sends a text with line breaks and emoji, by keyboard', async () => {
		const page = await open('free text');
		await page.getByLabel('Your answer').fill('On Tuesday\n👍 after 9');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		expect(received).toEqual([{ 'field-0': 'On Tuesday\r\n👍 after 9' }]);
		await page.context().close();
	});

	it('loads nothing but itself', async () => {
		const context = await browser.newContext();
		const page = await context.newPage();
		const requests: string[] = [];
		const problems: string[] = [];
		page.on('request', (request) => requests.push(new URL(request.url()).pathname));
		page.on('console', (message) => problems.push(message.text()));
		await page.goto(`${url}/approval`);
		expect(requests.filter((path) => path !== '/favicon.ico')).toEqual(['/approval']);
		expect(problems).toEqual([]);
		await context.close();
	});
});
