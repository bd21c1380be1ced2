import { expectRefusal, LEAD, LINE, useSandbox } from './support';

const context = useSandbox();

const VCARD = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nEND:VCARD';

describe('send-contact', () => {
	it.each([
		[
			'a contact',
			{ contact: { given_name: 'Ana', phones: [{ value: '+15550100999', label: 'work' }] } },
		],
		['raw vCard text', { vcard_text: VCARD }],
	])('sends %s to a chat', async (_case, body) => {
		const { chatId } = await context.api.send();
		expect((await context.api.post(`/chats/${chatId}/send-contact`, body)).body).toEqual({
			chat_id: chatId,
			status: 'sent',
		});
		expect(context.sandbox.control.messages().at(-1)).toMatchObject({
			phone: LEAD,
			parts: [{ type: 'contact' }],
		});
	});

	it('makes the chat of a first contact', async () => {
		const { body } = await context.api.post('/chats/send-contact', {
			to: LEAD,
			contact: { full_name: 'Roof Ltd' },
		});
		expect(body.status).toBe('sent');
		expect(context.sandbox.control.messages({ chatId: body.chat_id })).toHaveLength(1);
	});

	it.each([
		['neither form', {}, 400, 1001],
		['a contact that names nobody', { contact: { phones: [] } }, 400, 1002],
		[
			'a phone of a wrong form',
			{ contact: { full_name: 'Ana', phones: [{ value: '0555' }] } },
			400,
			1003,
		],
		['text that is no vCard', { vcard_text: 'Ana' }, 400, 1002],
		['no JSON', '{', 400, 1004],
	])('refuses %s', async (_case, body, status, code) => {
		const { chatId } = await context.api.send();
		expectRefusal(await context.api.post(`/chats/${chatId}/send-contact`, body), status, code);
	});

	it('refuses an unknown chat, and no recipient', async () => {
		expectRefusal(
			await context.api.post('/chats/none/send-contact', { vcard_text: VCARD }),
			404,
			2002,
		);
		expectRefusal(await context.api.post('/chats/send-contact', { vcard_text: VCARD }), 400, 1001);
	});
});

describe('share-contact-info', () => {
	it("shares the line's card in a chat, or with a number", async () => {
		const { chatId } = await context.api.send();
		expect((await context.api.post(`/chats/${chatId}/share-contact-info`)).body).toEqual({
			chat_id: chatId,
			status: 'shared',
		});
		expect((await context.api.post('/chats/share-contact-info', { to: LEAD })).body).toEqual({
			chat_id: chatId,
			status: 'shared',
		});
	});

	it('refuses an unknown chat, and no recipient', async () => {
		expectRefusal(await context.api.post('/chats/none/share-contact-info'), 404, 2002);
		expectRefusal(await context.api.post('/chats/share-contact-info', {}), 400, 1002);
	});
});

describe('on a line that cannot share cards', () => {
	const plain = useSandbox({ lines: [{ phoneNumber: LINE, capabilities: ['send'] }] });

	it('answers 4099/501', async () => {
		const { chatId } = await plain.api.send();
		expectRefusal(await plain.api.post(`/chats/${chatId}/share-contact-info`), 501, 4099);
		expectRefusal(
			await plain.api.post(`/chats/${chatId}/send-contact`, { vcard_text: VCARD }),
			501,
			4099,
		);
	});
});
