import { LEAD, LINE } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectError } from './support';

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

	it('creates the chat of a first contact', async () => {
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
			1002,
		],
		['a contact with blank names', { contact: { full_name: ' ', organization: '' } }, 400, 1002],
		['an e-mail address of a wrong form', { contact: { emails: [{ value: 'ana' }] } }, 400, 1002],
		['an unknown field', { contact: { full_name: 'Ana', nickname: 'An' } }, 400, 1002],
		['both forms', { contact: { full_name: 'Ana' }, vcard_text: VCARD }, 400, 1002],
		['text that is not a vCard', { vcard_text: 'Ana' }, 400, 1002],
		['no JSON', '{', 400, 1004],
	])('refuses %s', async (_case, body, status, code) => {
		const { chatId } = await context.api.send();
		expectError(await context.api.post(`/chats/${chatId}/send-contact`, body), status, code);
	});

	it('refuses an unknown chat, and no recipient', async () => {
		expectError(
			await context.api.post('/chats/none/send-contact', { vcard_text: VCARD }),
			404,
			2002,
		);
		const to = '/chats/send-contact';
		expectError(await context.api.post(to, { vcard_text: VCARD }), 400, 1001);
		expectError(await context.api.post(to, { vcard_text: VCARD, to: '0555' }), 400, 1003);
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
		expectError(await context.api.post('/chats/none/share-contact-info'), 404, 2002);
		expectError(await context.api.post('/chats/share-contact-info', {}), 400, 1002);
		expectError(await context.api.post('/chats/share-contact-info', { to: '0555' }), 400, 1003);
	});

	it('creates the chat of a first contact', async () => {
		const { body } = await context.api.post('/chats/share-contact-info', { to: LEAD });
		expect(context.sandbox.control.messages({ chatId: body.chat_id })).toMatchObject([
			{
				phone: LEAD,
				parts: [
					{
						type: 'contact',
						is_own_card: true,
						contact: { phones: [{ value: LINE }] },
					},
				],
			},
		]);
	});
});

describe('cards on the phone', () => {
	const cardOf = async (body: unknown) => {
		const { chatId } = await context.api.send();
		expect((await context.api.post(`/chats/${chatId}/send-contact`, body)).status).toBe(200);
		return context.sandbox.control.messages({ chatId }).at(-1)?.parts[0];
	};

	it('have the fields that were sent', async () => {
		const contact = {
			given_name: 'Ana',
			family_name: 'Ruiz',
			organization: 'Roofs',
			phones: [{ value: LEAD, label: 'work' }],
			emails: [{ value: 'ana@roofs.example' }],
		};
		expect(await cardOf({ contact })).toEqual({ type: 'contact', name: 'Ana Ruiz', contact });
	});

	it('have the raw vCard that was sent', async () => {
		expect(await cardOf({ vcard_text: VCARD })).toEqual({ type: 'contact', vcard_text: VCARD });
	});

	it('ignore `to` in an existing chat', async () => {
		expect(await cardOf({ vcard_text: VCARD, to: 'nobody' })).toMatchObject({ type: 'contact' });
		expect(context.sandbox.control.chats()).toHaveLength(1);
	});

	it('are not sent to a group that the line left', async () => {
		const chatId = await context.api.group();
		await context.api.post(`/chats/${chatId}/leave`);
		expectError(
			await context.api.post(`/chats/${chatId}/send-contact`, { vcard_text: VCARD }),
			409,
			1012,
		);
		expectError(await context.api.post(`/chats/${chatId}/share-contact-info`), 409, 1012);
	});
});

describe('on a line that cannot share cards', () => {
	const plain = useSandbox({ lines: [{ phoneNumber: LINE, capabilities: ['send'] }] });

	it('responds with 4099/501', async () => {
		const { chatId } = await plain.api.send();
		expectError(await plain.api.post(`/chats/${chatId}/share-contact-info`), 501, 4099);
		expectError(
			await plain.api.post(`/chats/${chatId}/send-contact`, { vcard_text: VCARD }),
			501,
			4099,
		);
	});
});
