import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { readEvent } from '../../../../nodes/shared/events/envelope';
import type { Delivery } from '../../../../nodes/shared/events/envelope';
import { simplifyEvent } from '../../../../nodes/shared/events/simplify';
import { ANA, BEN, LINE, messageReceived } from '../../../support/triggerBodies';

const simplify = (event: ReturnType<typeof readEvent>) => simplifyEvent(event, ['stop']);
const ARRIVED = '2026-09-01T10:02:15.000Z';
const read = (body: IDataObject, headers: Partial<Delivery> = {}) =>
	readEvent({ body, arrivedAt: ARRIVED, ...headers });

const SIMPLE = {
	event: 'message.received',
	eventId: 'chert:msg:2f6ab0d41c9e47f8a35b7d10',
	receivedAt: '2026-09-01T10:02:11.000Z',
	chatId: '5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
	isGroup: false,
	messageId: 'B4E0C9A2-7D15-4F38-A6C1-52E98D03F7B6',
	from: '+15550100123',
	line: '+15550100001',
	participants: ['+15550100123'],
	text: 'Yes please',
	sessionId: '5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
	chatInput: 'Yes please',
	optOut: false,
	optOutWord: null,
	attachments: [
		{
			attachmentId: 'in_0f3c8a61d27e4b95a8c04d7e1f6b2935',
			fileName: 'photo.jpg',
			mimeType: 'image/jpeg',
			sizeBytes: 120345,
		},
	],
};

describe('a message, in each shape that it may come in', () => {
	const flat = messageReceived();
	const { event, event_id, ...unnamed } = flat;
	const headers = { headerEvent: event, headerEventId: event_id };

	it.each<[string, IDataObject, Partial<Delivery>]>([
		['flat', flat, {}],
		['wrapped', { type: event, event_id, lead_id: 'ld', convo_id: 'cv', payload: flat }, {}],
		[
			'wrapped, named outside only',
			{ type: event, event_id, payload: { ...unnamed, event_type: undefined } },
			{},
		],
		[
			'an event row',
			{ id: 'evt_8X1', type: event, event_id, payload: flat, created_at: '2026-09-01T10:02:12Z' },
			{},
		],
		[
			'flat with the extras of old deliveries',
			{ ...flat, from: 'x', to: 'y', text: 'z', message_guid: 'g', line_id: 'l' },
			{},
		],
		['named by event_type', { ...unnamed, event_id }, {}],
		['named by the headers', { ...unnamed, event_type: undefined }, headers],
		['named by the headers, empty in the body', { ...flat, event: null, event_id: null }, headers],
	])('%s', (_shape, body, delivered) => {
		expect(simplify(read(body, delivered))).toEqual(SIMPLE);
	});

	it('gives the flat envelope as delivered and a wrapped one without its wrapper', () => {
		expect(read(flat).envelope).toEqual(flat);
		expect(read({ type: event, event_id, payload: flat }).envelope).toEqual(flat);
		expect(read({ type: event, event_id, payload: unnamed }).envelope).toEqual({ ...flat });
	});

	it('reads the oldest form, which has no data', () => {
		const body = {
			event,
			event_id,
			from: ANA.handle,
			to: LINE.handle,
			text: 'Yes',
			message_guid: 'guid-1',
		};
		expect(simplify(read(body))).toMatchObject({
			from: ANA.handle,
			line: LINE.handle,
			text: 'Yes',
			messageId: 'guid-1',
			chatId: null,
			isGroup: null,
			receivedAt: ARRIVED,
		});
	});
});

describe('readEvent', () => {
	it('does not count our own line among the others where only the chat says that it is ours', () => {
		const event = read(
			messageReceived({
				chat: { is_group: undefined, handles: [{ handle: LINE.handle }, ANA] } as never,
			}),
		);
		expect(event).toMatchObject({ line: LINE.handle, participants: [ANA.handle], isGroup: false });
	});

	it('takes nothing of the older form where data is there, though data says less', () => {
		const event = read({
			event: 'message.received',
			from: ANA.handle,
			to: LINE.handle,
			text: 'Yes',
			message_guid: 'guid-1',
			data: {},
		});
		expect(event).toMatchObject({ from: null, line: null, text: '', messageId: null });
	});

	it('joins text parts by lines and keeps the order of media', () => {
		const parts = [
			{ type: 'text', value: 'one' },
			{ type: 'media', attachment_id: 'in_a' },
			{ type: 'text', value: 'two' },
			{ type: 'rich_link', url: 'https://example.com' },
			{ type: 'media', attachment_id: 'in_b', filename: 'b.pdf' },
		];
		const event = read(messageReceived({ parts }));
		expect(event.text).toBe('one\ntwo');
		expect(event.media).toEqual([
			{ attachmentId: 'in_a', fileName: null, mimeType: null, sizeBytes: null },
			{ attachmentId: 'in_b', fileName: 'b.pdf', mimeType: null, sizeBytes: null },
		]);
	});

	it.each([
		['says so', { is_group: true }, true],
		['has two others', { is_group: undefined, handles: [LINE, ANA, BEN] }, true],
		['has one other', { is_group: undefined, handles: [LINE, ANA] }, false],
		['does not tell', { is_group: undefined, handles: undefined }, null],
	])('knows a group when the chat %s', (_case, chat, expected) => {
		expect(read(messageReceived({ chat: chat as never })).isGroup).toBe(expected);
	});

	it.each([
		['direction', { direction: 'outbound', sender_handle: undefined }],
		['sender', { direction: undefined, sender_handle: LINE }],
	])('knows our own messages by their %s', (_by, message) => {
		expect(read(messageReceived({ message: message as never })).isOwn).toBe(true);
		expect(read(messageReceived()).isOwn).toBe(false);
	});

	it('never throws, whatever JSON comes', () => {
		fc.assert(
			fc.property(
				fc.dictionary(
					fc.constantFrom('event', 'payload', 'data', 'event_id', 'timestamp', 'x'),
					fc.jsonValue(),
				),
				(body) => {
					expect(typeof simplify(read(body as IDataObject)).event).toBe('string');
				},
			),
			{ numRuns: 2000, seed: 1 },
		);
	});
});

describe('other events', () => {
	it('keep what the payload gives, and the payload untouched', () => {
		const data = {
			chat: { id: 'chat-1', is_group: false, handles: [LINE, ANA], owner_handle: LINE },
			reaction: { type: 'like', message_id: 'msg-1', sender_handle: ANA },
		};
		expect(
			simplify(
				read({ event: 'reaction.added', event_id: 'e1', timestamp: SIMPLE.receivedAt, data }),
			),
		).toEqual({
			event: 'reaction.added',
			eventId: 'e1',
			receivedAt: SIMPLE.receivedAt,
			chatId: 'chat-1',
			isGroup: false,
			messageId: 'msg-1',
			from: ANA.handle,
			line: LINE.handle,
			participants: [ANA.handle],
			data,
		});
	});

	it('give the text of the older form', () => {
		const body = { event: 'lead_reply', event_id: 'e3', from: ANA.handle, text: 'Call me' };
		expect(simplify(read(body))).toMatchObject({ from: ANA.handle, text: 'Call me', data: body });
	});

	it('pass with what little they have', () => {
		const body = { event: 'lead_reply', event_id: 'e2', summary: 'wants a call' };
		expect(simplify(read(body))).toEqual({
			event: 'lead_reply',
			eventId: 'e2',
			receivedAt: ARRIVED,
			data: body,
		});
	});
});
