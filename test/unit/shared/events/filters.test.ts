import type { IDataObject } from 'n8n-workflow';

import { readEvent } from '../../../../nodes/shared/events/envelope';
import { filterError, passes } from '../../../../nodes/shared/events/filters';
import type { EventFilters } from '../../../../nodes/shared/events/filters';
import { readTriggerSettings } from '../../../../nodes/shared/events/triggerSettings';
import { ANA, BEN, LINE, messageReceived } from '../../../support/triggerBodies';

const OPEN: EventFilters = {
	events: ['message.received'],
	chatIds: [],
	senders: [],
	lines: [],
	chatType: 'all',
	includeOwn: false,
};
const CHAT_ID = '5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8';

const message = messageReceived();
const group = messageReceived({ chat: { is_group: true, handles: [LINE, ANA, BEN] } });
const mail = messageReceived({ message: { sender_handle: BEN } });
const own = messageReceived({ message: { direction: 'outbound', sender_handle: LINE } });
const bare = { event: 'lead_reply', event_id: 'e' };
const unknown = { event: 'call.ended', event_id: 'e', data: {} };

it.each<[string, IDataObject, Partial<EventFilters>, boolean]>([
	['the event chosen', message, {}, true],
	['another event', message, { events: ['reaction.added'] }, false],
	['any event, by the star', unknown, { events: ['*'] }, true],
	['any event, by the star among others', unknown, { events: ['message.received', '*'] }, true],
	['an event nobody knows', unknown, {}, false],
	['the chat listed', message, { chatIds: ['x', CHAT_ID] }, true],
	['another chat', message, { chatIds: ['x'] }, false],
	['an event without chat, chats listed', bare, { events: ['*'], chatIds: [CHAT_ID] }, false],
	['the sender listed', message, { senders: ['+15550100123'] }, true],
	['the sender as a person writes it', message, { senders: ['+1 (555) 010-0123'] }, true],
	[
		'the sender with dashes that look like hyphens',
		message,
		{ senders: ['+1 555\u2011010\u20110123'] },
		true,
	],
	['a sender by e-mail, other capitals', mail, { senders: ['Ben@Example.com'] }, true],
	['a sender copied with a zero-width space', mail, { senders: ['ben@example.com\u200b'] }, true],
	['a chat copied with a zero-width space', message, { chatIds: [`\u200b${CHAT_ID}`] }, true],
	['another sender', message, { senders: ['+15550100124'] }, false],
	['the line listed', message, { lines: ['+1 555 010 0001'] }, true],
	['another line', message, { lines: ['+15550100002'] }, false],
	['a direct chat among direct ones', message, { chatType: 'direct' }, true],
	['a group among direct chats', group, { chatType: 'direct' }, false],
	['a group among groups', group, { chatType: 'group' }, true],
	['a direct chat among groups', message, { chatType: 'group' }, false],
	['a chat of unknown kind among direct ones', bare, { events: ['*'], chatType: 'direct' }, false],
	['our own message', own, {}, false],
	['our own message, wanted', own, { includeOwn: true }, true],
	['one filter of two', message, { senders: ['+15550100123'], lines: ['+15550100002'] }, false],
])('%s', (_case, body, filters, expected) => {
	expect(passes(readEvent({ body, arrivedAt: '' }), { ...OPEN, ...filters })).toBe(expected);
});

it.each([
	'+15550100123',
	'+1 (555) 010\u20110123',
	'\u202a+1 555 010 0123\u202c',
	'ana@example.com',
])('takes %j as a sender and as a line', (entry) => {
	expect(filterError({ ...OPEN, senders: [entry], lines: [entry] })).toBeUndefined();
});

it.each([
	'555-0100',
	'15550100123',
	'+44 (0)20 7946 0018',
	'Ana',
	'ana@',
	'@example.com',
	'+15550100123 +15550100124',
])('refuses %j, which could never match, by the name of its field', (entry) => {
	const rest = `"${entry}" is neither an international phone number nor an email address: start with + and the country code, e.g. +15550100123`;
	expect(filterError({ ...OPEN, senders: ['+15550100123', entry] })).toBe(`Senders ${rest}`);
	expect(filterError({ ...OPEN, lines: [entry] })).toBe(`Lines ${rest}`);
});

it('refuses an address among the chat IDs, which no event could match', () => {
	expect(filterError({ ...OPEN, chatIds: [CHAT_ID, '+1 555 010 0123'] })).toBe(
		'Chat IDs "+1 555 010 0123" is a phone number or email address, not a chat ID: enter it in Senders instead',
	);
	expect(filterError({ ...OPEN, chatIds: [CHAT_ID, 'iMessage;-;+15550100123'] })).toBeUndefined();
});

it('refuses Events whose expression gives nothing, which would mean all events', () => {
	expect(filterError({ ...OPEN, events: [] })).toBe(
		'Events is empty: choose at least one event, or All Events',
	);
});

it('refuses a chat type that does not exist, which would let every chat through', () => {
	expect(filterError({ ...OPEN, chatType: 'groups' })).toBe(
		'Chat Type "groups" is not a kind of chat: choose one of all, direct, group',
	);
});

it.each([
	[' TRUE ', true],
	['false', false],
])('reads a switch whose expression gives the text %j', (text, isOn) => {
	const options = { includeOwn: text, downloadAttachments: text, catchUp: text };
	const parameters: IDataObject = { events: ['*'], simplify: text, options };
	expect(readTriggerSettings({ getNodeParameter: (name) => parameters[name] })).toMatchObject({
		filters: { includeOwn: isOn },
		simplify: isOn,
		downloadAttachments: isOn,
		catchUp: isOn,
	});
});

it('reads settings from parameters that are hardly filled in', () => {
	const parameters: IDataObject = {
		events: ['*'],
		options: { binaryPropertyPrefix: '', chatType: '' },
	};
	expect(readTriggerSettings({ getNodeParameter: (name) => parameters[name] })).toEqual({
		filters: { ...OPEN, events: ['*'] },
		simplify: true,
		downloadAttachments: false,
		binaryPropertyPrefix: 'attachment_',
		optOutWords: expect.arrayContaining(['stop', 'opt out', 'alto']),
		pauseMs: 0,
		catchUp: true,
	});
});
