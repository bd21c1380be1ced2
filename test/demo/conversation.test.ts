import { missingParts } from '../../demo/reviewRequest';
import { messageLines } from '../../demo/transcript';
import type { SandboxMessage } from '../../sandbox';

const PHOTO = { attachmentId: 'a1', fileName: 'after.png', mimeType: 'image/png', sizeBytes: 8006 };

function message(changes: Partial<SandboxMessage>): SandboxMessage {
	return {
		id: 'm',
		sequence: 1,
		direction: 'outbound',
		route: 'chats.create',
		chatId: 'c',
		isGroup: false,
		phone: '+15550100123',
		recipients: ['+15550100123'],
		line: '+15550100001',
		phoneLineId: 'pl',
		text: '',
		parts: [],
		attachments: [],
		parallelAttachments: false,
		reactions: [],
		status: 'delivered',
		createdAt: '2026-09-01T10:00:00.000Z',
		deliveredAt: null,
		readAt: null,
		editHistory: [],
		...changes,
	};
}

const request = message({
	text: 'Hi Ana, thank you!',
	parts: [
		{ type: 'text', value: 'Hi Ana, thank you!' },
		{ type: 'media', attachment_id: 'a1' },
		{ type: 'rich_link', url: 'https://shop.example/review' },
	],
	attachments: [PHOTO],
});
const like = {
	type: 'like' as const,
	from: '+15550100001',
	direction: 'outbound' as const,
	at: '2026-09-01T10:00:03.000Z',
};
const reply = message({ sequence: 2, direction: 'inbound', text: 'Lovely', reactions: [like] });
const thanks = message({ sequence: 3, text: 'Thank you, Ana' });

describe('missingParts', () => {
	it('is empty for the complete conversation', () => {
		expect(missingParts([request, reply, thanks])).toEqual([]);
	});

	it.each<[string, SandboxMessage[]]>([
		['the request with a greeting', [{ ...request, text: 'Hi there' }, reply, thanks]],
		['the photo in the request', [{ ...request, attachments: [] }, reply, thanks]],
		[
			'the review link in the request',
			[{ ...request, parts: request.parts.slice(0, 2) }, reply, thanks],
		],
		['the tapback on the reply', [request, { ...reply, reactions: [] }, thanks]],
		[
			'the tapback on the reply',
			[request, { ...reply, reactions: [{ ...like, direction: 'inbound' }] }, thanks],
		],
		['the thank-you', [request, reply]],
	])('lists %s', (what, messages) => {
		expect(missingParts(messages)).toEqual([what]);
	});

	it('lists everything when nothing was sent', () => {
		expect(missingParts([])).toHaveLength(6);
	});
});

describe('messageLines', () => {
	it('shows outbound messages on the right, with one bubble per part', () => {
		const lines = messageLines(request);
		const bubbles = lines.filter((line) => line.includes('│')).map((line) => line.trim());
		expect(bubbles).toEqual([
			'│ Hi Ana, thank you! │',
			'│ [file] after.png, image/png, 9 kB │',
			'│ [link] https://shop.example/review │',
		]);
		expect(lines.filter((line) => line.includes('│')).every((line) => line.startsWith(' '))).toBe(
			true,
		);
	});

	it('shows inbound messages on the left and wraps long texts between words', () => {
		const value = 'word '.repeat(30).trim();
		const lines = messageLines(message({ direction: 'inbound', parts: [{ type: 'text', value }] }));
		const rows = lines.filter((line) => line.includes('│'));
		expect(rows.every((row) => row.startsWith('│ word'))).toBe(true);
		expect(new Set(rows.map((row) => row.length)).size).toBe(1);
		expect(rows.join(' ').match(/word/g)).toHaveLength(30);
	});
});
