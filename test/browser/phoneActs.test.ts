import { readFileSync } from 'node:fs';

import { LEAD, OTHER_LEAD, PNG, THIRD_LEAD } from '../support/fixtures';
import { useReceiver } from '../support/receiver';
import { usePhone, type Phone } from '../support/phone';

const context = usePhone();
const holder = useReceiver();

const PHOTO_TYPE = 'image/png';
const ICON = `${__dirname}/../../icons/chert.svg`;

/** Longer than the page lets a finger rest before it opens the picker. */
const HOLD_MS = 700;

beforeEach(async () => {
	await context.api.post('/webhook-subscriptions', { url: holder.receiver.url });
});

/** What the subscribed workflow got, once everything is delivered. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function deliveries(): Promise<Array<{ event: string; data: any }>> {
	await context.sandbox.control.idle();
	return holder.receiver.received.map(({ body }) => body);
}

/** Opens the page on a conversation in which a workflow has written. */
async function openWith(
	text: string,
): Promise<{ phone: Phone; chatId: string; messageId: string }> {
	const sent = await context.api.send(LEAD, text);
	const phone = await context.open();
	await phone.message(text).waitFor();
	return { phone, ...sent };
}

describe('a reply', () => {
	it('goes to the workflow, with its line breaks, and comes back as a bubble', async () => {
		const { phone, chatId } = await openWith('How was it?');
		await phone.messageBox.fill('Great');
		await phone.messageBox.press('Shift+Enter');
		await phone.messageBox.pressSequentially('thank you');
		await phone.messageBox.press('Enter');
		await phone.message('thank you').getByText('Delivered · workflow called').waitFor();
		expect(await phone.messageBox.inputValue()).toBe('');
		expect(await deliveries()).toMatchObject([
			{
				event: 'message.received',
				data: {
					chat: { id: chatId },
					message: {
						sender_handle: { handle: LEAD },
						parts: [{ type: 'text', value: 'Great\nthank you' }],
					},
				},
			},
		]);
	});

	it('waits as a draft while another conversation is open', async () => {
		await context.api.send(OTHER_LEAD, 'Elsewhere');
		const { phone } = await openWith('How was it?');
		await phone.messageBox.fill('Half a thought');
		await phone.choose(/0124/);
		expect(await phone.messageBox.inputValue()).toBe('');
		await phone.choose(/0123/);
		expect(await phone.messageBox.inputValue()).toBe('Half a thought');
		expect(await deliveries()).toEqual([]);
	});

	it('that the sandbox refuses stays in the message box, with the reason', async () => {
		const { phone } = await openWith('How was it?');
		await phone.page.route(
			'**/control/leads/**',
			async (route) => await route.fulfill({ status: 400, json: { error: 'There is no chat' } }),
		);
		await phone.messageBox.fill('Great');
		await phone.page.getByRole('button', { name: 'Send', exact: true }).click();
		await phone.page.getByRole('alert').getByText('Not Delivered: There is no chat').waitFor();
		expect(await phone.messageBox.inputValue()).toBe('Great');
		expect(phone.pageErrors.splice(0)).toEqual([expect.stringContaining('400')]);
	});

	it('in a group comes from the chosen member', async () => {
		const chatId = await context.api.group();
		const phone = await context.open();
		await phone.page.getByRole('combobox', { name: 'Reply as' }).selectOption(THIRD_LEAD);
		await phone.messageBox.fill('I am in');
		await phone.messageBox.press('Enter');
		await phone.page.locator('.message.mine').getByText('I am in').waitFor();
		expect(await deliveries()).toMatchObject([
			{
				data: {
					chat: { id: chatId, is_group: true },
					message: { sender_handle: { handle: THIRD_LEAD } },
				},
			},
		]);
	});

	it('can be the first message of a new customer, with name, line and photo', async () => {
		const phone = await context.open();
		await phone.page.getByRole('button', { name: 'New Message' }).click();
		const dialog = phone.page.getByRole('dialog', { name: 'New Message' });
		const number = dialog.getByLabel('Phone number');
		expect(await number.inputValue()).toBe('');
		await number.fill('0123');
		await dialog.getByLabel('Name').fill('Dina Klein');
		await dialog.getByRole('combobox', { name: 'To' }).selectOption('Line +1 (555) 010-0002');
		await dialog.getByLabel('Message').fill('Do you still build decks?');
		await dialog
			.getByLabel('Photo or file')
			.setInputFiles([{ name: 'garden.png', mimeType: PHOTO_TYPE, buffer: PNG }]);
		await dialog.getByRole('button', { name: 'Send' }).click();
		await dialog.getByRole('alert').getByText('Enter a phone number').waitFor();
		await number.fill('(555) 010-0199');
		await dialog.getByRole('button', { name: 'Send' }).click();
		await phone.page.getByRole('heading', { level: 2, name: 'Dina Klein' }).waitFor();
		await phone.page.getByText('+1 (555) 010-0199 · line +1 (555) 010-0002').waitFor();
		await phone.page.getByRole('button', { name: 'Photo garden.png, open' }).waitFor();
		expect(await deliveries()).toMatchObject([
			{
				data: {
					message: {
						sender_handle: { handle: '+15550100199' },
						parts: [{ value: 'Do you still build decks?' }, { filename: 'garden.png' }],
					},
				},
			},
		]);
	});
});

describe('a photo', () => {
	it('goes with its text, chosen by the button', async () => {
		const { phone } = await openWith('How does it look?');
		const choosing = phone.page.waitForEvent('filechooser');
		await phone.page.getByRole('button', { name: 'Add a photo or file' }).click();
		await (
			await choosing
		).setFiles([
			{ name: 'deck.png', mimeType: 'image/png', buffer: PNG },
			{ name: 'plan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') },
			{ name: 'wrong.png', mimeType: 'image/png', buffer: PNG },
		]);
		await phone.page.getByRole('button', { name: 'Remove wrong.png' }).click();
		await phone.messageBox.fill('Like this');
		await phone.messageBox.press('Enter');
		await phone.page.getByRole('button', { name: 'Photo deck.png, open' }).waitFor();
		await phone.page.getByRole('link', { name: /plan\.pdf/ }).waitFor();
		expect(await phone.page.getByRole('list', { name: 'Files to send' }).isHidden()).toBe(true);
		expect(
			(await deliveries()).map(({ data }) => (data.message as { parts: unknown }).parts),
		).toMatchObject([
			[
				{ type: 'text', value: 'Like this' },
				{ type: 'media', filename: 'deck.png', mime_type: 'image/png', size_bytes: PNG.length },
			],
			[{ type: 'media', filename: 'plan.pdf', mime_type: 'application/pdf' }],
		]);
	});

	it('can be dropped on the conversation; its bytes arrive whole', async () => {
		const { phone } = await openWith('How does it look?');
		const bytes = readFileSync(ICON);
		const data = await phone.page.evaluateHandle(`(() => {
			const data = new DataTransfer();
			data.items.add(new File([${JSON.stringify(bytes.toString())}], 'mark.svg', { type: 'image/svg+xml' }));
			return data;
		})()`);
		const target = phone.page.locator('.conversation');
		await target.dispatchEvent('dragover', { dataTransfer: data });
		await phone.page.getByText('Drop to add').waitFor();
		await target.dispatchEvent('drop', { dataTransfer: data });
		await phone.page.getByText('Drop to add').waitFor({ state: 'hidden' });
		await phone.page.getByRole('button', { name: 'Send', exact: true }).click();
		await phone.page.getByRole('button', { name: 'Photo mark.svg, open' }).waitFor();
		expect(await phone.focused()).toBe('Message');
		const [message] = context.sandbox.control.messages({ direction: 'inbound' });
		const response = await context.api.get(
			`/attachments/${message.attachments[0].attachmentId}/content`,
		);
		expect(response.text).toBe(bytes.toString());
	});

	it('cannot act as a page of the sandbox', async () => {
		const { phone } = await openWith('Send me a page');
		const base64 = Buffer.from('<script>document.title = "taken"</script>').toString('base64');
		await context.sandbox.control.reply(LEAD, {
			attachment: { fileName: 'page.html', mimeType: 'text/html', base64 },
		});
		await phone.page.getByRole('link', { name: /page\.html/ }).waitFor();
		const [{ attachments }] = context.sandbox.control.messages({ direction: 'inbound' });
		await phone.page.goto(`${context.sandbox.origin}/control/media/${attachments[0].attachmentId}`);
		expect(await phone.page.title()).not.toBe('taken');
		expect(phone.pageErrors.splice(0)).toEqual([
			expect.stringContaining('Blocked script execution'),
		]);
	});
});

describe('a tapback', () => {
	it('is added by a right click, replaced, and removed', async () => {
		const { phone, messageId } = await openWith('All done!');
		const choose = async (name: string): Promise<void> => {
			await phone.message('All done!').locator('.bubble').click({ button: 'right' });
			await phone.picker.getByRole('button', { name }).click();
			await phone.picker.waitFor({ state: 'hidden' });
		};
		await choose('Love');
		await phone.message('All done!').getByText('Love by you').waitFor();
		await choose('Laugh');
		await phone.message('All done!').getByText('Laugh by you').waitFor();
		expect(await phone.message('All done!').getByRole('listitem').count()).toBe(1);
		await choose('Laugh');
		await phone.message('All done!').getByText('Laugh by you').waitFor({ state: 'detached' });
		const expected = [
			['reaction.added', 'laugh'],
			['reaction.added', 'love'],
			['reaction.removed', 'laugh'],
			['reaction.removed', 'love'],
		];
		// Events of one moment are delivered side by side, so they arrive in any order.
		const received = (await deliveries()).map(({ event, data: { reaction } }) => {
			expect(reaction.message_id).toBe(messageId);
			return [event, reaction.type];
		});
		expect(received.sort()).toEqual(expected);
	});

	it('covers no words, however many there are', async () => {
		const { message } = await context.sandbox.control.reply(LEAD, { text: 'OK' });
		const { phone, messageId } = await openWith('OK?');
		for (const id of [message!.id, messageId]) {
			await context.api.post(`/messages/${id}/react`, { reaction: 'love' });
			await context.sandbox.control.reply(LEAD, { reaction: { type: 'like', messageId: id } });
		}
		for (const row of await phone.page.locator('.message').all()) {
			await row.getByText('Like by you').waitFor();
			const badges = await row.getByRole('list', { name: 'Tapbacks' }).boundingBox();
			const wordsTop = await row.locator('.bubble').evaluate((bubble) => {
				const range = bubble.ownerDocument.createRange();
				range.selectNodeContents(bubble);
				return range.getBoundingClientRect().top;
			});
			expect(badges!.y + badges!.height).toBeLessThanOrEqual(wordsTop);
		}
	});

	it('is added by holding a bubble; a click that ends the hold opens nothing', async () => {
		const photo = await context.api.upload(PNG, 'image/png', 'deck.png');
		await context.api.post('/send', { phone: LEAD, body: 'See', attachments: [photo] });
		const phone = await context.open();
		await phone.page.getByRole('button', { name: /^Photo/ }).click({ delay: HOLD_MS });
		await phone.picker.getByRole('button', { name: 'Emphasize' }).click();
		await phone.message('See').getByText('Emphasize by you').waitFor();
		expect(await phone.page.getByRole('dialog').count()).toBe(0);
		await phone.page.getByRole('button', { name: /^Photo/ }).click();
		await phone.page.getByRole('dialog', { name: 'Photo' }).waitFor();
	});

	it('is added by a resting finger', async () => {
		await context.api.send(LEAD, 'All done!');
		const phone = await context.open({
			hasTouch: true,
			isMobile: true,
			viewport: { width: 390, height: 760 },
		});
		await phone.choose(/0123/);
		const box = await phone.message('All done!').locator('.bubble').boundingBox();
		if (!box) throw new Error('The bubble is not visible');
		const finger = await phone.context.newCDPSession(phone.page);
		const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
		await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
		await phone.picker.waitFor();
		await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
		await phone.picker.getByRole('button', { name: 'Dislike' }).tap();
		await phone.message('All done!').getByText('Dislike by you').waitFor();
		expect(await deliveries()).toMatchObject([
			{ event: 'reaction.added', data: { reaction: { type: 'dislike' } } },
		]);
	});

	it('is added and removed with the keyboard alone', async () => {
		await context.api.send(LEAD, 'First');
		const { phone } = await openWith('Second');
		await phone.messageBox.focus();
		await phone.page.keyboard.press('Shift+Tab');
		await phone.page.keyboard.press('Shift+Tab');
		expect(await phone.focused()).toBe('React to “Second”');
		await phone.page.keyboard.press('ArrowUp');
		expect(await phone.focused()).toBe('React to “First”');
		await phone.page.keyboard.press('Enter');
		await phone.picker.waitFor();
		expect(await phone.focused()).toBe('Love');
		await phone.page.keyboard.press('Tab');
		expect(await phone.focused()).toBe('Like');
		await phone.page.keyboard.press('Enter');
		await phone.message('First').getByText('Like by you').waitFor();
		expect(await phone.focused()).toBe('React to “First”');
		await phone.page.keyboard.press('Enter');
		await phone.picker.waitFor();
		expect(await phone.focused()).toBe('Like');
		await phone.page.keyboard.press('Escape');
		await phone.picker.waitFor({ state: 'hidden' });
		expect(await phone.focused()).toBe('React to “First”');
		await phone.page.keyboard.press('Enter');
		await phone.picker.waitFor();
		await phone.page.keyboard.press('Enter');
		await phone.message('First').getByText('Like by you').waitFor({ state: 'detached' });
		expect((await deliveries()).map(({ event }) => event)).toEqual([
			'reaction.added',
			'reaction.removed',
		]);
	});

	it('says when no workflow listens for it', async () => {
		context.sandbox.control.reset();
		await context.api.post('/webhook-subscriptions', {
			url: holder.receiver.url,
			events: ['message.received'],
		});
		const { phone } = await openWith('All done!');
		await phone.message('All done!').locator('.bubble').click({ button: 'right' });
		await phone.picker.getByRole('button', { name: 'Like', exact: true }).click();
		const notice = phone.page.getByText('Like added. No workflow listens for reaction.added.');
		const composer = phone.page.getByRole('form', { name: 'Reply' });
		const [above, below] = [await notice.boundingBox(), await composer.boundingBox()];
		expect(above!.y + above!.height).toBeLessThanOrEqual(below!.y);
		expect(await deliveries()).toEqual([]);
	});
});
