import {
	INACTIVE_LINE_ID,
	LEAD,
	LINE,
	LINE_ID,
	SECOND_LINE,
	SECOND_LINE_ID,
} from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectError } from './support';

const PIN = { latitude: 48.8584, longitude: 2.2945 };

const context = useSandbox({
	lines: [
		{ phoneNumber: LINE },
		{ phoneNumber: SECOND_LINE, capabilities: ['send'] },
		{ phoneNumber: '+15550100003', isActive: false },
	],
});

const locate = async (body: Record<string, unknown>) =>
	await context.api.post('/locations', { ...PIN, ...body });

describe('POST /locations', () => {
	it('queues a pin for a phone: 202', async () => {
		const { status, body } = await locate({
			phone: LEAD,
			label: 'Meeting point',
			address: 'Paris',
			fallback_mode: 'auto',
		});
		expect(status).toBe(202);
		expect(body).toEqual({
			message_id: expect.any(String),
			status: 'queued',
			phone_line_id: LINE_ID,
			delivery: 'queued',
			location: {
				...PIN,
				label: 'Meeting point',
				address: 'Paris',
				mode: 'balloon',
				fallback_mode_requested: 'auto',
			},
		});
		expect(context.sandbox.control.messages()).toMatchObject([
			{ phone: LEAD, parts: [{ type: 'location', ...PIN }] },
		]);
	});

	it('takes the delivery id of a chat, not the chat id', async () => {
		const { chatId } = await context.api.send();
		const [{ deliveryChatId }] = (await context.api.control('GET', '/chats')).body;
		expect((await locate({ chat_id: deliveryChatId })).status).toBe(202);
		expectError(await locate({ chat_id: chatId }), 404, 2002);
	});

	it('falls back to a map link where the line has no pins, if allowed', async () => {
		expectError(await locate({ phone: LEAD, phone_line_id: SECOND_LINE_ID }), 501, 4099);
		const { body } = await locate({
			phone: LEAD,
			phone_line_id: SECOND_LINE_ID,
			fallback_mode: 'auto',
		});
		expect(body.location.mode).toBe('url');
	});

	it.each([
		['neither phone nor chat', {}, 400, 1001],
		['both', { phone: LEAD, chat_id: 'iMessage;+;x' }, 400, 1002],
		['no latitude', { phone: LEAD, latitude: undefined }, 400, 1001],
		['a latitude of a wrong type', { phone: LEAD, latitude: '48' }, 400, 1002],
		['latitude 91', { phone: LEAD, latitude: 91 }, 400, 1002],
		['longitude -181', { phone: LEAD, longitude: -181 }, 400, 1002],
		['a bad expiry', { phone: LEAD, expires_at: 'tomorrow' }, 400, 1002],
		['a bad phone', { phone: '0555' }, 400, 1003],
		['an inactive line', { phone: LEAD, phone_line_id: INACTIVE_LINE_ID }, 403, 2006],
	])('refuses %s', async (_case, body, status, code) => {
		expectError(await locate(body), status, code);
		expect(context.sandbox.control.messages()).toEqual([]);
	});

	it('refuses what is no JSON', async () => {
		expectError(await context.api.post('/locations', '{'), 400, 1004);
	});
});
