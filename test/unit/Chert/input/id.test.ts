import fc from 'fast-check';

import { toAttachmentId, toChatId, toId, toMessageId } from '../../../../nodes/Chert/input/id';

it.each([
	'5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
	'ch_01HZ',
	'in_0f3c8a61d27e4b95a8c04d7e1f6b2935',
	'B4E0C9A2-7D15-4F38-A6C1-52E98D03F7B6',
	'iMessage;+;chat123',
	'a.b..c',
	'...',
])('%s is an ID', (id) => {
	expect(toId(` ${id}\n`, 'ID', 'it')).toBe(id);
});

it('takes a number for an ID', () => {
	expect(toChatId(4711)).toBe('4711');
});

it.each([
	'a/b',
	'..',
	'.',
	'a\\b',
	'a?b',
	'a#b',
	'a%2Fb',
	'a b',
	'a\nb',
	'a\u0000b',
	'a\u200bb',
	'a\ud800',
])('%j is refused', (id) => {
	expect(() => toMessageId(id)).toThrow(
		`Message ID "${id}" contains a character that is not allowed in an ID, such as a slash or a space: use the message ID from the Chert Trigger, Send, Send to Chat or Get Many Messages`,
	);
});

it.each(['+15550100123', '(555) 010-0123'])('%j is a phone number, not a chat', (typed) => {
	expect(() => toChatId(typed)).toThrow(`Chat ID "${typed}" is a phone number: use the chat ID`);
});

it.each([undefined, null, '', '  ', true])('%j is empty', (value) => {
	expect(() => toAttachmentId(value)).toThrow(
		'Attachment ID is empty: use the attachment ID from Upload Attachment or the Chert Trigger',
	);
});

it('asks for the value inside an object', () => {
	expect(() => toChatId({ id: 'ch_1' })).toThrow(
		'Chat ID is an object, not an ID: choose the value inside it',
	);
});

it('never lets an ID change the path of the request', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (typed) => {
			let id: string;
			try {
				id = toId(typed, 'ID', 'it');
			} catch {
				return;
			}
			const url = new URL(`http://127.0.0.1/api/v1/chats/${encodeURIComponent(id)}/messages`);
			expect(url.pathname.split('/')).toHaveLength(6);
			expect(url.search + url.hash).toBe('');
		}),
		{ seed: 20_260_901, numRuns: 500 },
	);
});
