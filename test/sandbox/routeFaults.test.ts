import { FAULT_KINDS, ROUTE_NAMES, type FaultKind } from '../../sandbox';
import { type Api, type ApiResponse } from '../support/api';
import { LEAD, LINE, OTHER_LEAD, PNG } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';

const context = useSandbox({ timing: { sseLifetimeMs: 20 } });

/** What the requests refer to. */
interface Ids {
	chat: string;
	group: string;
	message: string;
	slot: string;
	file: string;
	subscription: string;
	event: string;
}

async function prepare({ api }: { api: Api }): Promise<Ids> {
	const { chatId, messageId } = await api.send();
	const slot = { filename: 'a.png', content_type: 'image/png', size_bytes: PNG.length };
	const subscription = await api.post('/webhook-subscriptions', { url: 'https://dev-inbox' });
	const { events } = await context.sandbox.control.reply(LEAD, { text: 'Yes' });
	return {
		chat: chatId,
		group: await api.group(),
		message: messageId,
		slot: (await api.post('/attachments', slot)).body.attachment_id,
		file: await api.upload(),
		subscription: subscription.body.subscription.id,
		event: events[0].id,
	};
}

const parts = [{ type: 'text', value: 'Hi' }];
const card = { contact: { full_name: 'Ana' } };

/** One valid request for each route. */
const REQUESTS: Record<string, (api: Api, ids: Ids) => Promise<ApiResponse>> = {
	send: (api) => api.post('/send', { phone: OTHER_LEAD, body: 'Hi' }),
	'chats.create': (api) => api.post('/chats', { from: LINE, to: [LEAD], message: { parts } }),
	'chats.send': (api, { chat }) => api.post(`/chats/${chat}/messages`, { message: { parts } }),
	'chats.history': (api, { chat }) => api.get(`/chats/${chat}/messages`),
	'chats.markRead': (api, { chat }) => api.post(`/chats/${chat}/mark-read`),
	'chats.typing': (api, { chat }) => api.post(`/chats/${chat}/typing`, { state: 'typing' }),
	'chats.rename': (api, { group }) =>
		api.call('PUT', `/chats/${group}`, { body: { display_name: 'Team' } }),
	'chats.addParticipant': (api, { group }) =>
		api.post(`/chats/${group}/participants`, { address: 'ana@shop.example' }),
	'chats.removeParticipant': (api, { group }) =>
		api.call('DELETE', `/chats/${group}/participants/${encodeURIComponent(LEAD)}`),
	'chats.leave': (api, { group }) => api.post(`/chats/${group}/leave`),
	'chats.sendContact': (api, { chat }) => api.post(`/chats/${chat}/send-contact`, card),
	'chats.sendContactTo': (api) => api.post('/chats/send-contact', { ...card, to: LEAD }),
	'chats.shareContactInfo': (api, { chat }) => api.post(`/chats/${chat}/share-contact-info`),
	'chats.shareContactInfoTo': (api) => api.post('/chats/share-contact-info', { to: LEAD }),
	'messages.get': (api, { message }) => api.get(`/messages/${message}`),
	'messages.react': (api, { message }) =>
		api.post(`/messages/${message}/react`, { reaction: 'like' }),
	'messages.edit': (api, { message }) => api.post(`/messages/${message}/edit`, { new_text: 'Ho' }),
	'locations.send': (api) => api.post('/locations', { phone: LEAD, latitude: 1, longitude: 2 }),
	'attachments.create': (api) =>
		api.post('/attachments', { filename: 'a.png', content_type: 'image/png', size_bytes: 1 }),
	'attachments.upload': (api, { slot }) =>
		api.call('PUT', `/attachments/${slot}/upload`, {
			body: PNG,
			headers: { ...api.bearer, 'content-type': 'image/png' },
		}),
	'attachments.get': (api, { file }) => api.get(`/attachments/${file}`),
	'attachments.content': (api, { file }) => api.get(`/attachments/${file}/content`),
	'lines.list': (api) => api.get('/phone-numbers'),
	'webhooks.create': (api) => api.post('/webhook-subscriptions', { url: 'https://dev-inbox' }),
	'webhooks.list': (api) => api.get('/webhook-subscriptions'),
	'webhooks.get': (api, { subscription }) => api.get(`/webhook-subscriptions/${subscription}`),
	'webhooks.change': (api, { subscription }) =>
		api.call('PATCH', `/webhook-subscriptions/${subscription}`, { body: { is_active: false } }),
	'webhooks.delete': (api, { subscription }) =>
		api.call('DELETE', `/webhook-subscriptions/${subscription}`),
	'events.list': (api) => api.get('/events'),
	'events.get': (api, { event }) => api.get(`/events/${event}`),
	'events.replay': (api, { event }) => api.post(`/events/${event}/replay`),
	'events.stream': (api) => api.get('/events/stream'),
	'devInbox.list': (api) => api.get('/dev-inbox'),
};

/** What the client gets for each kind, with the defaults of the README. */
const EFFECTS: Record<FaultKind, { status: number; code?: number } | 'ok' | 'cut'> = {
	rateLimit: { status: 429, code: 1007 },
	saturated: { status: 503, code: 4002 },
	serverError: { status: 500, code: 3001 },
	notRetryable: { status: 500, code: 3003 },
	html: { status: 502 },
	emptyError: { status: 500 },
	slow: 'ok',
	cutBefore: 'cut',
	cutAfter: 'cut',
	cutMidBody: 'cut',
};

it('names every route', () => {
	expect(Object.keys(REQUESTS).sort()).toEqual([...ROUTE_NAMES].sort());
});

describe.each(ROUTE_NAMES)('%s', (name) => {
	it.each(FAULT_KINDS)('%s', async (kind) => {
		const ids = await prepare(context);
		const delay = kind === 'slow' ? { delayMs: 1 } : {};
		context.sandbox.control.addFaults({ kind, route: name, times: 1, ...delay });
		const response = await REQUESTS[name](context.api, ids).catch(() => 'cut' as const);
		const effect = EFFECTS[kind];
		const record = context.sandbox.control
			.requests()
			.filter(({ route }) => route === name)
			.at(-1);
		expect(record).toMatchObject({ route: name, fault: kind });
		if (effect === 'cut') {
			expect(response).toBe('cut');
		} else if (effect === 'ok') {
			// There is nowhere to replay to but the dev inbox.
			expect(response).toMatchObject({
				status: name === 'events.replay' ? 400 : expect.any(Number),
			});
			if (name !== 'events.replay') expect((response as ApiResponse).status).toBeLessThan(300);
		} else {
			expect(response).toMatchObject({ status: effect.status });
			const { body } = response as ApiResponse;
			expect(body?.error?.code ?? body?.code).toBe(effect.code);
		}
	});
});
