import { LEAD, OTHER_LEAD, PNG, THIRD_LEAD } from '../support/fixtures';
import { usePhone } from '../support/phone';

const context = usePhone();

const PHOTO_TYPE = 'image/png';

/** Sends parts on a chat. */
async function send(chatId: string, parts: object[], more: object = {}): Promise<string> {
	const { status, body } = await context.api.post(`/chats/${chatId}/messages`, {
		message: { parts },
		...more,
	});
	expect(status).toBe(200);
	return body.message.id;
}

describe('bubbles', () => {
	it('keep order and line breaks; blank lines make bubbles; an effect is named', async () => {
		await context.api.post('/send', {
			phone: LEAD,
			body: 'First line\nsecond line\n\nNext bubble',
			effect: 'invisible_ink',
		});
		const phone = await context.open();
		const bubbles = phone.page.locator('.bubble');
		expect(await bubbles.allInnerTexts()).toEqual(['First line\nsecond line', 'Next bubble']);
		await phone.message('Next bubble').getByText('Sent with Invisible ink').waitFor();
	});

	it('show markup as text and follow web addresses only', async () => {
		const { chatId } = await context.api.send(LEAD, 'Hello');
		const attack =
			'<img src=x onerror="document.title=1"><script>document.title=2</script> ' +
			'javascript:alert(1) https://shop.example/a?b=1.';
		await send(chatId, [{ type: 'text', value: attack }]);
		await context.sandbox.control.reply(LEAD, { text: '<b>bold?</b>' });
		const link = {
			type: 'rich_link',
			url: 'https://shop.example/',
			title: '<i>Offer</i>',
			image_url: 'https://elsewhere.example/offer.png',
		};
		await send(chatId, [link]);
		const phone = await context.open();
		expect(await phone.page.locator('.bubble').allInnerTexts()).toEqual([
			'Hello',
			attack,
			'<b>bold?</b>',
		]);
		expect(
			await phone.page.locator('.thread script, .thread b, .thread i, .bubble img').count(),
		).toBe(0);
		expect(await phone.page.title()).toContain('Chert sandbox phone');
		const targets = await phone.page
			.locator('.thread a')
			.evaluateAll((links) => links.map((each) => each.getAttribute('href')));
		expect(targets).toEqual(['https://shop.example/a?b=1', 'https://shop.example/']);
	});

	it('show photos, other files and what they are called', async () => {
		const photo = await context.api.upload(PNG, PHOTO_TYPE, 'deck.png');
		const pdf = await context.api.upload(
			Buffer.from('%PDF-1.4'),
			'application/pdf',
			'Invoice 4711.pdf',
		);
		await context.api.post('/send', { phone: LEAD, body: 'See', attachments: [photo, pdf] });
		const phone = await context.open();
		const button = phone.page.getByRole('button', { name: 'Photo deck.png, open' });
		await button.click();
		const large = phone.page.getByRole('dialog', { name: 'Photo' });
		await large.getByRole('img', { name: 'deck.png' }).waitFor();
		await phone.page.keyboard.press('Escape');
		await large.waitFor({ state: 'hidden' });
		expect(await phone.focused()).toBe('Photo deck.png, open');
		const waiting = phone.page.waitForEvent('download');
		await phone.page.getByRole('link', { name: /Invoice 4711\.pdf.*PDF, 8 bytes/ }).click();
		expect((await waiting).suggestedFilename()).toBe('Invoice 4711.pdf');
	});

	it('show grouped photos as one and page through them', async () => {
		const { chatId } = await context.api.send();
		const parts = await Promise.all(
			[1, 2, 3, 4, 5].map(async (number) => ({
				type: 'media',
				attachment_id: await context.api.upload(PNG, PHOTO_TYPE, `${number}.png`),
			})),
		);
		await send(chatId, parts, { parallel_attachments: true });
		await send(chatId, parts.slice(0, 2));
		const phone = await context.open();
		const group = phone.page.getByRole('group', { name: '5 photos' });
		expect(await group.getByRole('button').count()).toBe(4);
		expect(await phone.page.getByRole('group', { name: /photos$/ }).count()).toBe(1);
		await group.getByRole('button', { name: 'Photo 4.png, open, and 1 more' }).click();
		await phone.page.getByRole('button', { name: 'Next' }).click();
		await phone.page.getByText('5.png (5 of 5)').waitFor();
		await phone.page.keyboard.press('ArrowRight');
		await phone.page.getByText('1.png (1 of 5)').waitFor();
	});

	it('turn a photo that the browser cannot show into a file', async () => {
		const heic = await context.api.upload(
			Buffer.from('not for Chromium'),
			'image/heic',
			'live.heic',
		);
		await context.api.post('/send', { phone: LEAD, body: 'See', attachments: [heic] });
		const phone = await context.open();
		await phone.page.getByRole('link', { name: /live\.heic/ }).waitFor();
	});

	it('show rich links, places and contacts as cards', async () => {
		const { chatId } = await context.api.send();
		const link = {
			type: 'rich_link',
			url: 'https://www.shop.example/offer',
			title: 'Spring offer',
			summary: 'Half price',
			image_url: 'https://shop.example/tulips.png',
		};
		await send(chatId, [link]);
		await context.api.post('/locations', {
			phone: LEAD,
			latitude: 48.8584,
			longitude: 2.2945,
			label: 'Meeting point',
			address: 'Paris',
		});
		await context.api.post(`/chats/${chatId}/send-contact`, {
			vcard_text: 'BEGIN:VCARD\nFN:Ben Osei\nTEL;TYPE=CELL:+15550100124\nEND:VCARD',
		});
		const phone = await context.open();
		const card = phone.page.getByRole('link', { name: /Spring offer.*Half price.*shop\.example/ });
		expect(await card.getAttribute('href')).toBe('https://www.shop.example/offer');
		await card.getByText('tulips.png').waitFor();
		await phone
			.message(/Meeting point.*Paris.*48\.85840, 2\.29450/)
			.locator('img.map')
			.waitFor();
		await phone.message(/Ben Osei.*010-0124/).waitFor();
	});

	it('show the details of a contact, and the card of the line itself', async () => {
		const { chatId } = await context.api.send();
		const contact = {
			given_name: 'Dina',
			family_name: 'Klein',
			organization: 'Northwind Decks',
			phones: [{ value: THIRD_LEAD, label: 'work' }],
			emails: [{ value: 'dina@northwind.example' }],
		};
		await context.api.post(`/chats/${chatId}/send-contact`, { contact });
		const vcard =
			'BEGIN:VCARD\nFN:Ben Osei\nORG:Roofs\nEMAIL;TYPE=HOME:ben@roofs.example\nEND:VCARD';
		await context.api.post(`/chats/${chatId}/send-contact`, { vcard_text: vcard });
		await context.api.post(`/chats/${chatId}/share-contact-info`);
		const phone = await context.open();
		const [fields, fromVcard, own] = [/Dina Klein/, /Ben Osei/, /Shared name and number/].map(
			(name) => phone.message(name).locator('.card'),
		);
		expect((await fields.innerText()).split(/\s*\n\s*/)).toEqual([
			'DK',
			'Contact:',
			'Dina Klein',
			'Northwind Decks',
			'work',
			'+1 (555) 010-0125',
			'email',
			'dina@northwind.example',
		]);
		expect(await fromVcard.innerText()).toMatch(/Roofs\s+home\s+ben@roofs\.example/);
		expect(await own.innerText()).toContain('Line +1 (555) 010-0001');
	});

	it('open a rich link in a new tab', async () => {
		const { chatId } = await context.api.send();
		const url = `${context.sandbox.origin}/mark.svg`;
		await send(chatId, [{ type: 'rich_link', url, title: 'Our mark' }]);
		const phone = await context.open();
		const opening = phone.context.waitForEvent('page');
		await phone
			.message(/Our mark/)
			.getByRole('link')
			.click();
		expect((await opening).url()).toBe(url);
	});

	it('show each earlier text of an edited message', async () => {
		const { messageId } = await context.api.send(LEAD, 'See you Munday');
		await context.api.post(`/messages/${messageId}/edit`, { new_text: 'See you Monday' });
		await context.api.post(`/messages/${messageId}/edit`, { new_text: 'See you Tuesday' });
		const phone = await context.open();
		await phone.page.getByRole('button', { name: 'Edited' }).click();
		const earlier = phone.page.getByRole('list', { name: 'Earlier texts' }).getByRole('listitem');
		expect(await earlier.allInnerTexts()).toEqual(['See you Munday', 'See you Monday']);
		await phone.page.getByRole('button', { name: 'Hide Edits' }).click();
		expect(await earlier.count()).toBe(0);
	});

	it('show group changes between them', async () => {
		const chatId = await context.api.group();
		const address = '+15550100126';
		const path = `/chats/${chatId}`;
		await context.api.post('/send', { phone: address, name: 'Dina Klein', body: 'Join us' });
		await context.api.call('PUT', path, { body: { display_name: 'Friday Crew' } });
		await context.api.post(`${path}/participants`, { address });
		await send(chatId, [{ type: 'text', value: 'Welcome' }]);
		const icon = 'https://northwind.example/crew.png';
		await context.api.call('PUT', path, { body: { group_chat_icon: icon } });
		await context.api.call('DELETE', `${path}/participants/${encodeURIComponent(address)}`);
		const phone = await context.open();
		await phone.choose('Friday Crew');
		await context.api.post(`${path}/leave`);
		await phone.page.getByText('The workflow left the conversation').waitFor();
		const rows = await phone.page
			.locator('.thread > li')
			.evaluateAll((items) =>
				items.map((item) => item.querySelector('.bubble')?.textContent ?? item.textContent),
			);
		expect(rows.slice(1)).toEqual([
			'Hello all',
			'The workflow named the conversation “Friday Crew”',
			'The workflow added Dina Klein to the conversation',
			'Welcome',
			'The workflow changed the group photo',
			'The workflow removed Dina Klein from the conversation',
			'The workflow left the conversation',
		]);
	});

	it('say who wrote in a group, and who added which tapback', async () => {
		const chatId = await context.api.group();
		await context.api.post('/send', { phone: OTHER_LEAD, name: 'Ben Osei', body: 'Hello Ben' });
		const { message } = await context.sandbox.control.reply(OTHER_LEAD, {
			chatId,
			text: 'I am in',
		});
		await context.sandbox.control.reply(THIRD_LEAD, {
			chatId,
			reaction: { type: 'laugh', messageId: message?.id },
		});
		await context.api.post(`/messages/${message?.id}/react`, { reaction: 'love' });
		await context.api.post(`/messages/${message?.id}/react`, { reaction: 'question' });
		await context.sandbox.control.reply(LEAD, {
			chatId,
			reaction: { type: 'laugh', messageId: message?.id },
		});
		const phone = await context.open();
		await phone.choose(/0123, .*0124/);
		await phone.message('I am in').getByText('Ben Osei', { exact: true }).waitFor();
		expect(await phone.message('I am in').getByRole('listitem').allTextContents()).toEqual([
			expect.stringContaining('Laugh by +1 (555) 010-0125 and you'),
			expect.stringContaining('Question by the workflow'),
		]);
	});
});
