import axe from 'axe-core';

import { startSandbox } from '../../sandbox';
import { Api } from '../support/api';
import { LEAD, LINE, OTHER_LEAD, PNG, THIRD_LEAD } from '../support/fixtures';
import { usePhone, type Phone } from '../support/phone';

const context = usePhone();

const WIDE = { width: 1180, height: 900 };
const NARROW = { width: 360, height: 640 };

/** Figures that the page is held to: it is to open at once, and a newcomer may read all of it. */
const MAX_BYTES = 120_000;
const MAX_LOAD_MS = 5_000;

/** A conversation with everything that can be shown. */
async function fill(): Promise<void> {
	const { api, sandbox } = context;
	const photo = { type: 'media', attachment_id: await api.upload(PNG, 'image/png', 'deck.png') };
	const pdf = await api.upload(Buffer.from('%PDF-1.4'), 'application/pdf', 'Invoice.pdf');
	const chatId = await api.group();
	const [{ id: messageId }] = sandbox.control.messages({ chatId });
	await api.post('/send', {
		phone: LEAD,
		name: 'Ana Ruiz',
		body: 'Hello https://shop.example/',
		attachments: [pdf],
		effect: 'celebration',
	});
	const parts = [
		photo,
		photo,
		{
			type: 'rich_link',
			url: 'https://shop.example',
			title: 'Offer',
			image_url: 'https://shop.example/a.png',
		},
	];
	await api.post(`/chats/${chatId}/messages`, { message: { parts }, parallel_attachments: true });
	const { message } = await sandbox.control.reply(LEAD, {
		chatId,
		text: 'Good https://shop.example/',
	});
	for (const [phone, type] of [
		[LEAD, 'love'],
		[OTHER_LEAD, 'laugh'],
		[THIRD_LEAD, 'question'],
	] as const) {
		await sandbox.control.reply(phone, { chatId, reaction: { type, messageId: message?.id } });
	}
	await api.call('PUT', `/chats/${chatId}`, { body: { display_name: 'Friday Crew' } });
	await api.post(`/messages/${messageId}/edit`, { new_text: 'Hello everyone' });
	const delivery = sandbox.control.chats().find(({ id }) => id === chatId)?.deliveryChatId;
	await api.post('/locations', {
		chat_id: delivery,
		latitude: 48.8584,
		longitude: 2.2945,
		label: 'Here',
		address: 'Paris',
	});
	const contact = { full_name: 'Ben Osei', phones: [{ value: OTHER_LEAD }] };
	await api.post(`/chats/${chatId}/send-contact`, { contact });
	await api.post(`/chats/${chatId}/typing`, { state: 'typing' });
}

/** What axe-core finds wrong on the page as it stands, contrast of 4.5 included. */
async function violations(phone: Phone): Promise<string[]> {
	await phone.page.evaluate(axe.source);
	const found = await phone.page.evaluate<
		Array<{ id: string; nodes: Array<{ html: string; failureSummary: string }> }>
	>(
		`axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] })
			.then(({ violations }) => violations)`,
	);
	return found.flatMap(({ id, nodes }) =>
		nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
	);
}

describe.each(['light', 'dark'] as const)('in %s colors', (colorScheme) => {
	it.each([
		['wide', WIDE],
		['narrow', NARROW],
	])('has accessible names, landmarks and contrast when %s', async (width, viewport) => {
		const empty = await context.open({ colorScheme, viewport });
		expect(await violations(empty)).toEqual([]);
		await empty.shoot(`empty-${width}-${colorScheme}`);
		await fill();
		const phone = await context.open({ colorScheme, viewport });
		expect(await violations(phone)).toEqual([]);
		await phone.choose('Friday Crew');
		await phone.page.getByRole('button', { name: 'Edited' }).click();
		await phone.page
			.getByRole('button', { name: /^Photo/ })
			.first()
			.waitFor();
		expect(await violations(phone)).toEqual([]);
		await phone.shoot(`group-${width}-${colorScheme}`);
		await phone.page.getByRole('button', { name: /^React to “Good/ }).press('Enter');
		expect(await violations(phone)).toEqual([]);
		await phone.page.keyboard.press('Escape');
		await phone.page
			.getByRole('button', { name: /^Photo/ })
			.first()
			.click();
		expect(await violations(phone)).toEqual([]);
		await phone.page.keyboard.press('Escape');
		if (width === 'narrow') await phone.page.getByRole('link', { name: 'Conversations' }).click();
		await phone.page.getByRole('button', { name: 'New Message' }).click();
		await phone.page.getByRole('button', { name: 'Send', exact: true }).last().click();
		await phone.page.getByText('Enter a phone number').waitFor();
		expect(await violations(phone)).toEqual([]);
	});

	it('has the background of its theme', async () => {
		const phone = await context.open({ colorScheme });
		const color = await phone.page.evaluate<string>(
			'getComputedStyle(document.querySelector(".phone")).backgroundColor',
		);
		expect(color).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(10, 12, 12)');
	});
});

describe('the page itself', () => {
	it('breaks the heading of a group between phone numbers, not inside them', async () => {
		await context.api.post('/chats', {
			from: LINE,
			to: [LEAD, OTHER_LEAD, THIRD_LEAD],
			message: { subject: 'Friday Crew', parts: [{ type: 'text', value: 'Meet at 7:30' }] },
		});
		const phone = await context.open({ viewport: NARROW });
		await phone.choose('Friday Crew');
		const lines = await phone.page
			.locator('.bar-names p > span')
			.evaluateAll((spans) => spans.map((span) => span.getClientRects().length));
		expect(lines).toEqual([1, 1, 1, 1]);
	});

	it.each([
		{ width: 1280, height: 850 },
		{ width: 390, height: 844 },
	])('never scrolls at $width × $height', async (viewport) => {
		await fill();
		for (let number = 1; number <= 40; number += 1)
			await context.sandbox.control.reply(LEAD, { text: `Message ${number}.` });
		const phone = await context.open({ viewport });
		await phone.choose(/Ana Ruiz/);
		await phone.message('Message 40.').waitFor();
		await phone.page.getByRole('button', { name: /^React to “Hello/ }).focus();
		expect(
			await phone.page.evaluate(
				'[document.scrollingElement.scrollWidth, document.scrollingElement.scrollHeight, scrollY]',
			),
		).toEqual([viewport.width, viewport.height, 0]);
	});
});

describe('without a mouse', () => {
	it('reaches the message box from the top, and shows where the focus is', async () => {
		await context.api.send();
		const phone = await context.open();
		await phone.page.keyboard.press('Tab');
		expect(await phone.focused()).toBe('Skip to the message box');
		await phone.page.keyboard.press('Enter');
		expect(await phone.focused()).toBe('Message');
		const outline = await phone.page.evaluate<string>(
			'getComputedStyle(document.activeElement).outline',
		);
		expect(outline).toContain('solid 3px');
	});

	it('goes from the list into the conversation and back on a small screen', async () => {
		await context.api.send();
		const phone = await context.open({ viewport: NARROW });
		const row = phone.page.getByRole('link', { name: /0123/ });
		await row.focus();
		await phone.page.keyboard.press('Enter');
		await phone.messageBox.waitFor();
		expect(await row.isHidden()).toBe(true);
		expect(await phone.focused()).toBe('+1 (555) 010-0123');
		await phone.page.getByRole('link', { name: 'Conversations' }).press('Enter');
		await row.waitFor();
		expect(await phone.focused()).toContain('+1 (555) 010-0123');
		expect(await phone.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(
			true,
		);
	});
});

describe('the empty state', () => {
	it('says what to do next, with values that can be copied', async () => {
		const phone = await context.open({ permissions: ['clipboard-read', 'clipboard-write'] });
		const values = {
			'base URL': context.sandbox.apiUrl,
			'signing secret': context.sandbox.signingSecret,
			tenant: context.sandbox.tenant,
		};
		for (const [name, value] of Object.entries(values)) {
			await phone.page.getByRole('button', { name: `Copy ${name}`, exact: false }).click();
			expect(await phone.page.evaluate('navigator.clipboard.readText()')).toBe(value);
		}
	});

	it('names each workflow that listens once, and shortens the addresses of unknown ones', async () => {
		const sandbox = await startSandbox({
			note: 'The examples reply too.',
			workflowNames: {
				'642f92eb-2f11-5197-80b4-0c63fa219381': 'Save photos',
				'7d0b2c3e-94a1-5b6f-8c2d-1e3f5a7b9c0d': 'Save photos',
			},
		});
		const api = new Api(sandbox);
		const phone = await context.open({}, sandbox.origin);
		await phone.page.getByText('The examples reply too.').waitFor();
		for (const [id, events] of [
			['642f92eb-2f11-5197-80b4-0c63fa219381', ['message.received', 'reaction.added']],
			['7d0b2c3e-94a1-5b6f-8c2d-1e3f5a7b9c0d', ['message.received', 'reaction.added']],
			['5f7b16e2-b669-5e17-abad-a737eb7b4285', []],
		]) {
			const url = `${sandbox.origin}/webhook/${id}/webhook`;
			await api.post('/webhook-subscriptions', { url, events });
		}
		await phone.page.getByRole('button', { name: 'Connect n8n' }).click();
		const listening = phone.page.getByRole('dialog', { name: 'Connect n8n' }).locator('.listening');
		const { host } = new URL(sandbox.origin);
		await listening.getByText('all events').waitFor();
		expect((await listening.innerText()).split(/\n+/)).toEqual([
			'Save photos',
			'message.received, reaction.added',
			`${host}/webhook/5f7b16e2…/webhook`,
			'all events',
		]);
		expect(await violations(phone)).toEqual([]);
		await phone.context.close();
		await sandbox.close();
	});
});

describe('its weight', () => {
	it('is small and loads fast, even with 2,000 conversations', async () => {
		const measure = async (): Promise<{ bytes: number; files: number; ms: number }> => {
			const { page } = await context.open();
			const [bytes, files, ms] = await page.evaluate<[number, number, number]>(`(() => {
				const own = performance.getEntriesByType('resource').filter(({ name }) => !name.includes('/control'));
				const all = [performance.getEntriesByType('navigation')[0], ...own];
				const bytes = all.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
				return [bytes, all.length, Math.round(performance.now())];
			})()`);
			return { bytes, files, ms };
		};
		const empty = await measure();
		for (let number = 0; number < 2_000; number += 1) {
			await context.sandbox.control.reply(`+1555${String(1_000_000 + number)}`, {
				text: `Message ${number}`,
			});
		}
		const full = await measure();
		process.stdout.write(
			`Phone page: ${empty.files} files, ${empty.bytes} bytes, live after ${empty.ms} ms; ` +
				`with 2,000 conversations after ${full.ms} ms\n`,
		);
		expect(empty.bytes).toBeLessThan(MAX_BYTES);
		expect(empty.ms).toBeLessThan(MAX_LOAD_MS);
		expect(full.ms).toBeLessThan(MAX_LOAD_MS);
	});
});
