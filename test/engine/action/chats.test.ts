import type { IDataObject } from 'n8n-workflow';

import { from, LEAD, OTHER_LEAD, parts, text, useAction } from '../../support/action';
import { useQuickBackoff } from '../transport/support';

useQuickBackoff();
const action = useAction();

const THIRD = '+15550100125';
const ANA = 'ana@example.com';

/** A group of your line and these people. */
async function group(...people: string[]): Promise<string> {
	const to = people.join(',');
	const { chatId } = await action.outputOf('chat.create', { ...from(), to, ...parts(text()) });
	return String(chatId);
}

const messageOf = async (operation: string, parameters: IDataObject) =>
	(await action.run(operation, parameters)).error?.message;

const participants = () => action.sandbox.control.chats().at(-1)?.participants;

it('marks the received messages of a chat as read', async () => {
	const { chatId } = await action.chat();
	await action.sandbox.control.reply(LEAD, { text: 'Yes' });

	expect(await action.outputOf('chat.markRead', { chatId })).toMatchObject({ chatId });
	const [inbound] = action.sandbox.control.messages({ direction: 'inbound' });
	expect(inbound.readAt).toEqual(expect.any(String));
});

it.each(['typing', 'stopped'])('sets the typing indicator: %s', async (state) => {
	const { chatId } = await action.chat();

	expect(await action.outputOf('chat.setTyping', { chatId, state })).toMatchObject({ chatId });
	expect(action.bodies('chats.typing')).toEqual([{ state }]);
	expect(action.sandbox.control.chats()[0].isTyping).toBe(state === 'typing');
});

it('changes the name and the photo of a group, or one of them', async () => {
	const chatId = await group(LEAD, OTHER_LEAD);
	const iconUrl = 'https://example.com/kitchen.png';
	const both = { displayName: ' Kitchen ', iconUrl };
	const output = await action.outputOf('chat.updateGroup', { chatId, updateFields: both });
	await action.outputOf('chat.updateGroup', { chatId, updateFields: { displayName: 'Bath' } });

	expect(output).toMatchObject({ id: chatId, chatId, display_name: 'Kitchen', is_group: true });
	expect(action.bodies('chats.rename')).toEqual([
		{ display_name: 'Kitchen', group_chat_icon: iconUrl },
		{ display_name: 'Bath' },
	]);
});

it('adds and removes people by phone number or email address', async () => {
	const chatId = await group(LEAD, OTHER_LEAD);
	const options = { defaultCountryCode: '+1' };
	await action.outputOf('chat.addParticipant', { chatId, address: ANA });
	await action.outputOf('chat.addParticipant', { chatId, address: '(555) 010-0125', options });
	expect(participants()).toEqual([LEAD, OTHER_LEAD, ANA, THIRD]);

	const output = await action.outputOf('chat.removeParticipant', { chatId, address: ANA });
	expect(output).toMatchObject({ chatId, removed: ANA });
	expect(participants()).toEqual([LEAD, OTHER_LEAD, THIRD]);
});

it('counts a removal as done when a retry finds the person gone', async () => {
	const chatId = await group(LEAD, OTHER_LEAD, THIRD);
	action.sandbox.control.addFaults({
		kind: 'cutAfter',
		route: 'chats.removeParticipant',
		times: 1,
	});
	const output = await action.outputOf('chat.removeParticipant', { chatId, address: THIRD });

	expect(output).toEqual({ chat_id: chatId, removed: THIRD, chatId });
	expect(action.requests('chats.removeParticipant')).toHaveLength(2);
});

it('says that a person is not in the group', async () => {
	const chatId = await group(LEAD, OTHER_LEAD, THIRD);

	expect(await messageOf('chat.removeParticipant', { chatId, address: ANA })).toBe(
		`${ANA} is not in this group`,
	);
	expect(action.requests('chats.removeParticipant')).toHaveLength(1);
});

it('leaves a group, once', async () => {
	const chatId = await group(LEAD, OTHER_LEAD, THIRD);

	expect(await action.outputOf('chat.leave', { chatId })).toMatchObject({ chatId, status: 'left' });
	expect(await messageOf('chat.leave', { chatId })).toBe(
		'This chat is not a group, or your line has left it',
	);
});

describe('what Chert does not allow', () => {
	it.each([
		['chat.removeParticipant', 'The group is too small to remove anybody'],
		['chat.leave', 'The group is too small to leave'],
	])('%s in a small group', async (operation, message) => {
		const chatId = await group(LEAD, OTHER_LEAD);

		expect(await messageOf(operation, { chatId, address: LEAD })).toBe(message);
	});

	it.each(['chat.updateGroup', 'chat.addParticipant', 'chat.removeParticipant', 'chat.leave'])(
		'%s in a direct chat',
		async (operation) => {
			const { chatId } = await action.chat();
			const parameters = { chatId, address: ANA, updateFields: { displayName: 'Kitchen' } };

			expect(await messageOf(operation, parameters)).toBe(
				'This chat is not a group, or your line has left it',
			);
		},
	);

	it.each([
		['chat.markRead', "The line of this chat can't send read receipts"],
		['chat.setTyping', "The line of this chat can't show typing indicators"],
		['contact.sendCard', "This line can't send contact cards"],
		['contact.shareOwn', "This line can't share its contact card"],
	])('%s on a line without the capability', async (operation, message) => {
		const { chatId } = await action.chat();
		const [line] = action.sandbox.lines;
		const { capabilities } = line;
		line.capabilities = ['imessage', 'send', 'receive'];
		const found = await messageOf(operation, { chatId, card: { fullName: 'Ana' } });
		line.capabilities = capabilities;

		expect(found).toBe(message);
	});

	it('quotes an ID that it does not know', async () => {
		expect(await messageOf('chat.markRead', { chatId: 'ch_nobody' })).toBe(
			'There is no chat with the ID "ch_nobody"',
		);
	});
});

describe('a contact card', () => {
	const CARD = {
		fullName: 'Ana Lopez',
		organization: 'Lopez Kitchens',
		phones: { phone: [{ value: '(555) 010-0199', label: 'work' }, { value: '' }] },
		emails: { email: [{ value: ANA, label: '' }] },
	};

	it('goes to a chat, without what is not filled in', async () => {
		const { chatId } = await action.chat();
		const options = { defaultCountryCode: '+1' };
		const output = await action.outputOf('contact.sendCard', { chatId, card: CARD, options });

		expect(output).toMatchObject({ chatId, status: 'sent' });
		expect(action.bodies('chats.sendContact')).toEqual([
			{
				contact: {
					full_name: 'Ana Lopez',
					organization: 'Lopez Kitchens',
					phones: [{ value: '+15550100199', label: 'work' }],
					emails: [{ value: ANA }],
				},
			},
		]);
	});

	it('goes to a phone number without a chat, as a vCard', async () => {
		const vcard = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ana Lopez\nEND:VCARD';
		const output = await action.outputOf('contact.sendCard', {
			recipient: 'phone',
			phone: LEAD,
			specifyCard: 'vcard',
			vcard: ` ${vcard}\n`,
		});

		expect(output).toMatchObject({ chatId: expect.any(String), phone: LEAD });
		expect(action.bodies('chats.sendContactTo')).toEqual([{ to: LEAD, vcard_text: vcard }]);
	});

	it('of the own line goes to a chat or a phone number', async () => {
		const { chatId } = await action.chat();
		await action.outputOf('contact.shareOwn', { chatId });
		const output = await action.outputOf('contact.shareOwn', { recipient: 'phone', phone: LEAD });

		expect(output).toMatchObject({ status: 'shared', phone: LEAD });
		expect(action.bodies('chats.shareContactInfoTo')).toEqual([{ to: LEAD }]);
		expect(action.requests('chats.shareContactInfo')).toHaveLength(1);
	});
});
