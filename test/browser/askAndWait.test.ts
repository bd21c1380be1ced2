import type { INode, INodeParameters } from 'n8n-workflow';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { until } from '../../hosts/ready';
import { failureOf, outputOf, type Execution, type WorkflowFile } from '../../hosts/rest';
import { Api } from '../support/api';
import { LEAD } from '../support/fixtures';
import { launchChromium, Phone, picture, shoot } from '../support/phone';
import { startTestEnvironment, type TestEnvironment } from '../support/testEnvironment';

/** Includes the installation of n8n when it is missing. */
const START_TIMEOUT_MS = 15 * 60_000;

const SCREEN = { width: 390, height: 600 };
const QUESTION = 'Hi Ana, your quote 1042 is ready: $1,250 for the deck. Shall we start on Monday?';
const TITLE = 'Quote 1042';

let environment: TestEnvironment;
let browser: Browser;
const phones: Phone[] = [];
const workflowIds: string[] = [];

beforeAll(async () => {
	browser = await launchChromium();
	environment = await startTestEnvironment();
}, START_TIMEOUT_MS);
afterEach(async () => {
	const opened = phones.splice(0);
	await Promise.all(opened.map(async ({ context }) => await context.close()));
	for (const id of workflowIds.splice(0)) await environment.n8n.rest.deactivate(id);
	await environment.sandbox.control.idle();
	environment.sandbox.control.reset();
	expect(opened.flatMap(({ pageErrors }) => pageErrors)).toEqual([]);
});
afterAll(async () => {
	await browser?.close();
	await environment?.close();
});

/** Publishes a workflow that asks Ana, and starts it by its webhook; gives the execution that waits. */
async function ask(parameters: INodeParameters): Promise<string> {
	const { rest, url } = environment.n8n;
	const workflowId = await rest.importWorkflow(workflow(parameters));
	await rest.activate(workflowId);
	workflowIds.push(workflowId);
	const response = await fetch(`${url}/webhook/quote-ready`, { method: 'POST' });
	expect(response.status).toBe(200);
	return await until(
		async () => (await rest.executions(workflowId)).find(({ status }) => status === 'waiting')?.id,
		{ what: 'The wait for an answer', timeoutMs: 30_000 },
	);
}

function workflow(parameters: INodeParameters): WorkflowFile {
	const node = (name: string, type: string, parameters: INodeParameters): INode => ({
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		webhookId: name,
		parameters,
	});
	return {
		name: 'Ask',
		settings: { executionOrder: 'v1' },
		nodes: [
			node('start', 'n8n-nodes-base.webhook', { path: 'quote-ready', httpMethod: 'POST' }),
			{
				...node('Ask', 'n8n-nodes-chert.chert', {
					resource: 'message',
					operation: 'sendAndWait',
					message: QUESTION,
					...parameters,
				}),
				credentials: { chertApi: { id: environment.credentialId, name: 'Chert account' } },
			},
			node('After', 'n8n-nodes-base.noOp', {}),
		],
		connections: {
			start: { main: [[{ node: 'Ask', type: 'main', index: 0 }]] },
			Ask: { main: [[{ node: 'After', type: 'main', index: 0 }]] },
		},
	};
}

/** Ana's phone, on the conversation with our line. */
async function openPhone(options: BrowserContextOptions = {}): Promise<Phone> {
	const phone = await Phone.open(browser, environment.sandbox.origin, {
		viewport: SCREEN,
		deviceScaleFactor: 2,
		...options,
	});
	phones.push(phone);
	await phone.choose(/Ana|0123/);
	return phone;
}

/** The answer with which the execution went on. */
async function answerOf(id: string): Promise<unknown> {
	const execution: Execution = await environment.n8n.rest.executionEnded(id);
	expect(failureOf(execution)).toBe('');
	const [{ json }] = outputOf(execution, 'After');
	return json.data;
}

async function startChat(): Promise<string> {
	const text = 'Hi Ana, thank you for your inquiry. We are working on your quote.';
	const { body } = await new Api(environment.sandbox).post('/send', {
		phone: LEAD,
		name: 'Ana Ruiz',
		body: text,
	});
	return body.lead_id;
}

/** Taps a link on the phone; gives the page that opens. */
async function tapLink(phone: Phone, name: RegExp): Promise<Page> {
	const opening = phone.context.waitForEvent('page');
	await phone.page.getByRole('link', { name }).click();
	const page = await opening;
	await page.waitForLoadState();
	return page;
}

const twoButtons = {
	responseType: 'approval',
	approvalOptions: {
		values: { approvalType: 'double', approveLabel: 'Start on Monday', disapproveLabel: 'Not now' },
	},
};

describe.each([
	['light', 'Start on Monday', true],
	['dark', 'Not now', false],
] as const)('on a phone in %s mode', (colorScheme, button, approved) => {
	it('a question arrives as a link card, which opens the page for the answer', async () => {
		const chatId = await startChat();
		const id = await ask({
			...twoButtons,
			recipient: 'chatId',
			chatId,
			answerBy: 'link',
			options: { pageTitle: TITLE },
		});
		const phone = await openPhone({ colorScheme });
		await phone.message(QUESTION).waitFor();
		const page = await tapLink(phone, new RegExp(TITLE));
		await page.getByRole('heading', { name: TITLE }).waitFor();
		await page.getByText(QUESTION).waitFor();
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(SCREEN.width);
		const screens = [
			await shoot(phone.page, `ask-card-${colorScheme}`),
			await shoot(page, `ask-page-${colorScheme}`),
		];

		await page.getByRole('button', { name: button }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		await shoot(page, `ask-thanks-${colorScheme}`);
		expect(await answerOf(id)).toEqual({ approved, respondedAt: expect.any(String) });
		if (colorScheme === 'light') await pictureSideBySide(screens, 'ask');
	});
});

it('a question to a phone number has the address of the page as a link', async () => {
	const id = await ask({ ...twoButtons, recipient: 'phone', phone: LEAD, answerBy: 'link' });
	const phone = await openPhone();
	const page = await tapLink(phone, /webhook-waiting/);
	await shoot(phone.page, 'ask-address');
	await page.getByRole('button', { name: 'Start on Monday' }).click();
	await page.getByRole('heading', { name: 'Thank you' }).waitFor();
	expect(await answerOf(id)).toMatchObject({ approved: true });
});

it('a text on the phone answers a question', async () => {
	const id = await ask({ recipient: 'phone', phone: LEAD, answerBy: 'reply' });
	const phone = await openPhone();
	await phone.messageBox.fill('Yes!');
	await phone.messageBox.press('Enter');
	await phone.message('Yes!').getByText('Delivered · workflow called').waitFor();
	expect(await answerOf(id)).toMatchObject({ approved: true, by: LEAD, text: 'Yes!' });
});

it('a tapback on the phone answers a question', async () => {
	const id = await ask({ recipient: 'phone', phone: LEAD, answerBy: 'reply' });
	const phone = await openPhone();
	await phone.message(QUESTION).locator('.bubble').click({ button: 'right' });
	await phone.picker.getByRole('button', { name: 'Like', exact: true }).click();
	await phone.message(QUESTION).getByText('Like by you').waitFor();
	await shoot(phone.page, 'ask-tapback');
	expect(await answerOf(id)).toMatchObject({ approved: true, by: LEAD, reaction: 'like' });
});

/** One picture of two screens, with a frame around each. */
async function pictureSideBySide(screens: Buffer[], name: string): Promise<void> {
	const context = await browser.newContext({
		viewport: { width: 2 * SCREEN.width + 96, height: SCREEN.height + 64 },
		deviceScaleFactor: 1.5,
	});
	const page = await context.newPage();
	const images = screens.map(
		(screen) =>
			`<img width="${SCREEN.width}" src="data:image/png;base64,${screen.toString('base64')}">`,
	);
	await page.setContent(`<style>
		body { margin: 0; padding: 32px; display: flex; gap: 32px; background: #fff }
		img { border-radius: 28px; box-shadow: 0 0 0 1px #c7c7cc, 0 6px 18px #0003 }
	</style>${images.join('')}`);
	await picture(page, name);
	await context.close();
}
