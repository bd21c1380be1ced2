import { startSandbox } from '../../sandbox';
import { Api } from '../support/api';
import { LEAD, LINE, OTHER_LEAD, THIRD_LEAD } from '../support/fixtures';
import { useReceiver } from '../support/receiver';
import { usePhone } from '../support/phone';

const context = usePhone();
const holder = useReceiver();

describe('the list of conversations', () => {
	it('shows leads and groups by name with the last message, the newest first', async () => {
		await context.api.post('/send', { phone: LEAD, name: 'Ana Ruiz', body: 'Hello Ana' });
		await context.api.post('/send', { phone: OTHER_LEAD, body: 'Hello you' });
		const { body } = await context.api.post('/chats', {
			from: LINE,
			to: [LEAD, OTHER_LEAD, THIRD_LEAD],
			message: { subject: 'Friday crew', parts: [{ type: 'text', value: 'Meet at 7:30' }] },
		});
		const phone = await context.open();
		const rows = phone.page.getByRole('navigation', { name: 'Conversations' }).getByRole('link');
		expect(await rows.locator('strong, .row-last').allInnerTexts()).toEqual([
			'Friday crew',
			'Workflow: Meet at 7:30',
			'+1 (555) 010-0124',
			'Workflow: Hello you',
			'Ana Ruiz',
			'Workflow: Hello Ana',
		]);
		await phone.page.getByRole('heading', { level: 2, name: 'Friday crew' }).waitFor();
		await context.api.call('PUT', `/chats/${body.chat.id}`, {
			body: { display_name: 'Saturday crew' },
		});
		await phone.page.getByRole('heading', { level: 2, name: 'Saturday crew' }).waitFor();
	});

	it('keeps the conversation in the address: reload and Back work', async () => {
		await context.api.send(LEAD, 'To the first');
		await context.api.send(OTHER_LEAD, 'To the second');
		const phone = await context.open();
		await phone.choose('+1 (555) 010-0123');
		await phone.page.reload();
		await phone.page.getByRole('heading', { level: 2, name: '+1 (555) 010-0123' }).waitFor();
		await phone.page.goBack();
		await phone.page.getByRole('heading', { level: 2, name: '+1 (555) 010-0124' }).waitFor();
	});

	it('counts what arrived elsewhere', async () => {
		await context.api.send(LEAD, 'Open');
		const phone = await context.open();
		await context.api.send(OTHER_LEAD, 'One');
		await context.api.send(OTHER_LEAD, 'Two');
		await phone.page.getByRole('link', { name: /0124.*2 unread/ }).waitFor();
		await context.sandbox.control.reply(OTHER_LEAD, { text: 'A reply marks both as read' });
		await phone.page.getByText('2 unread').waitFor({ state: 'detached' });
		await context.api.send(OTHER_LEAD, 'Three');
		await context.api.send(OTHER_LEAD, 'Four');
		await phone.page.getByRole('link', { name: /0124.*2 unread/ }).waitFor();
		expect(await phone.page.title()).toMatch(/^\(2\)/);
		await phone.choose('+1 (555) 010-0124');
		expect(await phone.page.title()).not.toMatch(/^\(/);
	});

	it('keeps unread messages over a reload, until their conversation is open', async () => {
		await context.api.send(OTHER_LEAD, 'Before the page is open');
		await context.api.send(LEAD, 'Open');
		const phone = await context.open();
		await phone.page.getByRole('link', { name: /0124.*1 unread/ }).waitFor();
		await context.api.send(OTHER_LEAD, 'While it is open');
		await phone.page.getByRole('link', { name: /0124.*2 unread/ }).waitFor();
		await phone.page.reload();
		await phone.page.getByRole('link', { name: /0124.*2 unread/ }).waitFor();
		await phone.choose(/0124/);
		await phone.page.reload();
		await phone.message('While it is open').waitFor();
		expect(await phone.page.getByText('unread').count()).toBe(0);
	});

	it('finds conversations by name, number and text', async () => {
		await context.api.post('/send', { phone: LEAD, name: 'Ana Ruiz', body: 'Your deck is done' });
		await context.api.post('/send', { phone: OTHER_LEAD, body: 'Your invoice is ready' });
		await context.api.post('/send', { phone: OTHER_LEAD, body: 'See you' });
		const phone = await context.open();
		const search = phone.page.getByRole('searchbox', { name: 'Search' });
		const rows = phone.page.getByRole('navigation', { name: 'Conversations' }).getByRole('link');
		for (const [query, name, text] of [
			['ana r', 'Ana Ruiz', 'Workflow: Your deck is done'],
			['(555) 010-0124', '+1 (555) 010-0124', 'Workflow: See you'],
			['INVOICE', '+1 (555) 010-0124', 'Workflow: Your invoice is ready'],
		]) {
			await search.fill(query);
			expect(await rows.locator('strong, .row-last').allInnerTexts()).toEqual([name, text]);
		}
		await search.fill('roof');
		await phone.page.getByText('No results').waitFor();
		await search.fill('');
		expect(await rows.count()).toBe(2);
	});
});

describe('a long conversation', () => {
	it('shows its end first, earlier messages on demand, and tells of a new message below', async () => {
		for (let number = 1; number <= 230; number += 1)
			await context.sandbox.control.reply(LEAD, { text: `Message ${number}.` });
		const phone = await context.open();
		await phone.message('Message 230.').waitFor();
		expect(await phone.page.locator('.message').count()).toBe(200);
		const scroll = phone.page.getByRole('group', { name: /^Messages with/ });
		const atEnd = async (): Promise<boolean> =>
			await scroll.evaluate(({ scrollTop }) => scrollTop > -5);
		expect(await atEnd()).toBe(true);
		await phone.page.getByRole('button', { name: 'Show Earlier Messages' }).click();
		await phone.message('Message 1.').waitFor();
		expect(await atEnd()).toBe(false);
		await context.api.send(LEAD, 'Something new');
		await phone.page.getByRole('button', { name: 'New Messages' }).click();
		await phone.message('Something new').waitFor();
		expect(await atEnd()).toBe(true);
		await phone.page.getByRole('button', { name: 'New Messages' }).waitFor({ state: 'hidden' });
	});

	it('shares the list with many others', async () => {
		for (let number = 100; number < 230; number += 1)
			await context.sandbox.control.reply(`+15550100${number}`, { text: 'Hello' });
		const phone = await context.open();
		const rows = phone.page.getByRole('navigation', { name: 'Conversations' }).getByRole('link');
		await rows.first().waitFor();
		expect(await rows.count()).toBe(100);
		await phone.page.getByRole('button', { name: 'Show More' }).click();
		expect(await rows.count()).toBe(130);
	});
});

describe('live', () => {
	it('shows messages, edits, tapbacks, dots and read receipts without a reload', async () => {
		const phone = await context.open();
		await phone.page.getByRole('heading', { name: 'Waiting for the first message' }).waitFor();
		const { chatId, messageId } = await context.api.send(LEAD, 'Hello Ana');
		await phone.message('Hello Ana').waitFor();
		await phone.page
			.getByText('New message to +1 (555) 010-0123: Hello Ana')
			.waitFor({ state: 'attached' });
		await context.api.post(`/messages/${messageId}/edit`, { new_text: 'Hello dear Ana' });
		await phone.message('Hello dear Ana').getByText('Edited').waitFor();
		await context.api.post(`/chats/${chatId}/typing`, { state: 'typing' });
		await phone.page.getByText('The workflow is typing').waitFor();
		await context.api.post(`/chats/${chatId}/typing`, { state: 'stopped' });
		await phone.page.getByText('The workflow is typing').waitFor({ state: 'hidden' });
		const { message } = await context.sandbox.control.reply(LEAD, { text: 'Hi' });
		await phone.message('Hi').getByText('no workflow listens').waitFor();
		await context.api.post(`/chats/${chatId}/mark-read`);
		await phone
			.message('Hi')
			.getByText(/^Read \d+:\d\d/)
			.waitFor();
		await context.api.post(`/messages/${message?.id}/react`, { reaction: 'love' });
		await phone.message('Hi').getByText('Love by the workflow').waitFor();
		context.sandbox.control.reset();
		await phone.page.getByRole('heading', { name: 'Waiting for the first message' }).waitFor();
	});

	it('says whether n8n took a reply', async () => {
		holder.receiver.replies = [200, 404];
		await context.api.post('/webhook-subscriptions', { url: holder.receiver.url });
		const phone = await context.open();
		await context.sandbox.control.reply(LEAD, { text: 'Good' });
		await phone.message('Good').getByText('Delivered · workflow called').waitFor();
		await context.sandbox.control.reply(LEAD, { text: 'Bad' });
		await phone.message('Bad').getByText('n8n responded with status 404').waitFor();
		await phone.load();
		await phone.message('Bad').getByText('n8n responded with status 404').waitFor();
	});

	it('reconnects when the sandbox restarts', async () => {
		const first = await startSandbox();
		const phone = await context.open({}, first.origin);
		await first.close();
		await phone.page.getByText('Connection lost, trying again').waitFor();
		const second = await startSandbox({ port: Number(new URL(first.origin).port) });
		await phone.page.getByText('Live', { exact: true }).waitFor();
		await new Api(second).send(LEAD, 'Here again');
		await phone.message('Here again').waitFor();
		await phone.context.close();
		await second.close();
		const refused = phone.pageErrors.splice(0);
		expect(
			refused.every((message) =>
				/ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING)/.test(message),
			),
		).toBe(true);
	});
});
