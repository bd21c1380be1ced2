import { splitList } from '../../../../nodes/shared/fieldValue';
import { readEvent, type ChertEvent } from '../../../../nodes/shared/events/envelope';
import {
	DEFAULT_APPROVE_WORDS,
	DEFAULT_DISAPPROVE_WORDS,
	interpretReply,
	type ReplyRules,
} from '../../../../nodes/Chert/sendAndWait/reply';

const ANA = '+15550100123';
const ASKED = Date.parse('2030-01-01T12:00:00Z');
const RESPONDED = '2030-01-01T12:05:00.000Z';

const rules = (changes: Partial<ReplyRules> = {}): ReplyRules => ({
	responseType: 'approval',
	respondents: { phone: ANA, approvers: [] },
	messageId: 'question',
	askedAt: ASKED,
	approveWords: splitList(DEFAULT_APPROVE_WORDS),
	disapproveWords: splitList(DEFAULT_DISAPPROVE_WORDS),
	...changes,
});

const chat = { id: 'chat-1', is_group: false };
const sender = { handle: ANA, is_me: false };

const eventOf = (event: string, data: object, timestamp = '2030-01-01T12:04:00Z'): ChertEvent =>
	readEvent({ body: { event, timestamp, data: data as never }, arrivedAt: RESPONDED });

const text = (value: string, changes: object = {}, timestamp?: string) =>
	eventOf(
		'message.received',
		{
			chat,
			message: {
				id: 'reply',
				direction: 'inbound',
				sender_handle: sender,
				parts: [{ type: 'text', value }],
				...changes,
			},
		},
		timestamp,
	);

const tapback = (type: string, messageId = 'question', by = sender) =>
	eventOf('reaction.added', { chat, reaction: { type, message_id: messageId, sender_handle: by } });

const interpret = (event: ChertEvent, changes: Partial<ReplyRules> = {}) =>
	interpretReply(event, rules(changes), RESPONDED);

describe('reply to an approval', () => {
	it.each(['yes', 'YES!', ' Ok. ', 'okay', 'Y', 'sure', '"Approved"', '👍', '👍🏽', '👍\ufe0f'])(
		'%s is a yes',
		(value) => {
			expect(interpret(text(value))).toEqual({
				kind: 'answer',
				data: { approved: true, respondedAt: RESPONDED, by: ANA, text: value },
			});
		},
	);

	it.each(['no', 'No.', 'N', 'STOP', 'declined', '👎🏿'])('%s is a no', (value) => {
		expect(interpret(text(value))).toMatchObject({ kind: 'answer', data: { approved: false } });
	});

	it.each(['no problem', 'yes but not on Tuesday', 'maybe', '?', '', '👍👎', 'yesterday'])(
		'%j is neither',
		(value) => {
			expect(interpret(text(value))).toEqual({ kind: 'unclear' });
		},
	);

	it('takes the words of the workflow, and no wins where a word is on both lists', () => {
		const words = { approveWords: ['Passt scho', 'Ja'], disapproveWords: ['nein', 'ja'] };
		expect(interpret(text('passt  SCHO!'), words)).toMatchObject({ data: { approved: true } });
		expect(interpret(text('Ja'), words)).toMatchObject({ data: { approved: false } });
		expect(interpret(text('yes'), words)).toEqual({ kind: 'unclear' });
	});

	it.each([
		['like', true],
		['love', true],
		['dislike', false],
	])('the tapback %s on the question means %s', (type, approved) => {
		expect(interpret(tapback(type))).toEqual({
			kind: 'answer',
			data: { approved, respondedAt: RESPONDED, by: ANA, reaction: type },
		});
	});

	it('any other tapback on the question is neither, and one on another message is about that', () => {
		expect(interpret(tapback('laugh'))).toEqual({ kind: 'unclear' });
		expect(interpret(tapback('like', 'another'))).toEqual({ kind: 'other' });
	});

	it('lists attachments of the answer as the trigger does', () => {
		const media = {
			type: 'media',
			attachment_id: 'in_1',
			filename: 'a.jpg',
			mime_type: 'image/jpeg',
			size_bytes: 3,
		};
		expect(interpret(text('', { parts: [{ type: 'text', value: 'yes' }, media] }))).toMatchObject({
			data: {
				attachments: [
					{ attachmentId: 'in_1', fileName: 'a.jpg', mimeType: 'image/jpeg', sizeBytes: 3 },
				],
			},
		});
		expect(interpret(text('', { parts: [media] }))).toEqual({ kind: 'unclear' });
	});
});

describe('reply with free text', () => {
	it('is whatever comes', () => {
		expect(interpret(text('After 9, please'), { responseType: 'freeText' })).toEqual({
			kind: 'answer',
			data: { text: 'After 9, please', respondedAt: RESPONDED, by: ANA },
		});
	});

	it('is no tapback', () => {
		expect(interpret(tapback('like'), { responseType: 'freeText' })).toEqual({ kind: 'other' });
	});
});

describe('reply that is about something else', () => {
	it.each<[string, ChertEvent, Partial<ReplyRules>]>([
		['of another person', text('yes', { sender_handle: { handle: '+15550100124' } }), {}],
		['from our own line', text('yes', { sender_handle: { handle: ANA, is_me: true } }), {}],
		['from before the question', text('yes', {}, '2030-01-01T11:59:59Z'), {}],
		['in another chat', text('yes'), { respondents: { chatId: 'chat-2', approvers: [] } }],
		[
			'of somebody who is no approver',
			text('yes'),
			{ respondents: { chatId: 'chat-1', approvers: ['+15550100124'] } },
		],
		[
			'in a group, to a question that was asked in a direct chat',
			eventOf('message.received', {
				chat: { id: 'chat-9', is_group: true },
				message: { sender_handle: sender, parts: [{ type: 'text', value: 'yes' }] },
			}),
			{},
		],
		[
			'by taking a tapback off',
			eventOf('reaction.removed', {
				chat,
				reaction: { type: 'like', message_id: 'question', sender_handle: sender },
			}),
			{},
		],
		['without a sender', text('yes', { sender_handle: undefined }), {}],
		['of an unknown shape', eventOf('message.received', {}), {}],
	])('%s', (_what, event, changes) => {
		expect(interpret(event, changes)).toEqual({ kind: 'other' });
	});
});

describe('reply in a group', () => {
	it.each([ANA, ' +1 (555) 010-0123 ', 'ana@example.com', 'Ana@Example.com'])(
		'of the approver %s counts',
		(approver) => {
			const address = approver.includes('@') ? 'ANA@example.com' : ANA;
			const event = text('yes', { sender_handle: { handle: address } });
			const respondents = { chatId: 'chat-1', approvers: [approver] };
			expect(interpret(event, { respondents })).toMatchObject({
				data: { approved: true, by: address },
			});
		},
	);
});
