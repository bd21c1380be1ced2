import type { IDataObject } from 'n8n-workflow';

import { resources } from '../../nodes/Chert/resources';
import type { Sandbox } from '../../sandbox';
import { from, LEAD, OTHER_LEAD, parts, text } from './action';
import type { Samples } from './samples';

/** What the suites that go through all operations need of each. */
export interface OperationCase {
	/** Valid parameters, which refer to what the samples created in the sandbox */
	parameters(samples: Samples): IDataObject | Promise<IDataObject>;
	/** The route of the sandbox that does the work */
	route: string;
	/** Why a repeated request does no harm; `none` where it does */
	repeat: 'key' | 'safe' | 'none';
	/** How often the work was done, up to a constant */
	timesDone(sandbox: Sandbox): number;
	/** True for lists, which may be empty */
	isList?: boolean;
}

const messagesBy = (route: string) => (sandbox: Sandbox) =>
	sandbox.control.messages().filter((message) => message.route === route).length;

const successesOf = (route: string) => (sandbox: Sandbox) =>
	sandbox.control.requests().filter((request) => request.route === route && request.status === 200)
		.length;

const members = ({ control }: Sandbox) =>
	control.chats().find(({ isGroup }) => isGroup)?.participants.length ?? 0;

const read = (route: string) => ({ route, repeat: 'safe', timesDone: successesOf(route) }) as const;

export const OPERATION_CASES: Record<string, OperationCase> = {
	'attachment.download': {
		parameters: async (samples) => ({ attachmentId: await samples.attachmentId() }),
		...read('attachments.content'),
	},
	'attachment.get': {
		parameters: async (samples) => ({ attachmentId: await samples.attachmentId() }),
		...read('attachments.get'),
	},
	'attachment.upload': {
		parameters: () => ({}),
		...read('attachments.upload'),
	},
	'chat.addParticipant': {
		parameters: async (samples) => ({
			chatId: await samples.groupId(),
			address: 'ana@example.com',
		}),
		route: 'chats.addParticipant',
		repeat: 'safe',
		timesDone: members,
	},
	'chat.create': {
		parameters: () => ({ ...from(), to: LEAD, ...parts(text()) }),
		route: 'chats.create',
		repeat: 'key',
		timesDone: messagesBy('chats.create'),
	},
	'chat.leave': {
		parameters: async (samples) => ({ chatId: await samples.groupId() }),
		route: 'chats.leave',
		repeat: 'none',
		timesDone: ({ control }) => control.chats().filter(({ hasLeft }) => hasLeft).length,
	},
	'chat.markRead': {
		parameters: async (samples) => ({ chatId: await samples.chatId() }),
		...read('chats.markRead'),
	},
	'chat.removeParticipant': {
		parameters: async (samples) => ({ chatId: await samples.groupId(), address: OTHER_LEAD }),
		route: 'chats.removeParticipant',
		repeat: 'safe',
		timesDone: (sandbox) => -members(sandbox),
	},
	'chat.setTyping': {
		parameters: async (samples) => ({ chatId: await samples.chatId(), state: 'typing' }),
		...read('chats.typing'),
	},
	'chat.updateGroup': {
		parameters: async (samples) => ({
			chatId: await samples.groupId(),
			updateFields: { displayName: 'Kitchen', iconUrl: 'https://example.com/kitchen.png' },
		}),
		...read('chats.rename'),
	},
	'contact.sendCard': {
		parameters: async (samples) => ({
			chatId: await samples.chatId(),
			card: { fullName: 'Ana Lopez' },
		}),
		route: 'chats.sendContact',
		repeat: 'none',
		timesDone: messagesBy('chats.sendContact'),
	},
	'contact.shareOwn': {
		parameters: async (samples) => ({ chatId: await samples.chatId() }),
		route: 'chats.shareContactInfo',
		repeat: 'none',
		timesDone: messagesBy('chats.shareContactInfo'),
	},
	'event.get': {
		parameters: async (samples) => ({ eventRowId: await samples.eventRowId() }),
		...read('events.get'),
	},
	'event.getMany': {
		parameters: async (samples) => {
			await samples.eventRowId();
			return {};
		},
		...read('events.list'),
		isList: true,
	},
	'event.replay': {
		parameters: async (samples) => {
			await samples.webhookId();
			return { eventRowId: await samples.eventRowId() };
		},
		route: 'events.replay',
		repeat: 'none',
		timesDone: ({ control }) => control.eventRows()[0].delivery.attempts.length,
	},
	'line.getMany': { parameters: () => ({}), ...read('lines.list'), isList: true },
	'location.send': {
		parameters: () => ({ recipient: 'phone', phone: LEAD, latitude: 1, longitude: 2 }),
		route: 'locations.send',
		repeat: 'key',
		timesDone: messagesBy('locations.send'),
	},
	'message.edit': {
		parameters: async (samples) => ({ messageId: await samples.messageId(), text: 'See you at 4' }),
		route: 'messages.edit',
		repeat: 'none',
		timesDone: ({ control }) => control.messages()[0].editHistory.length,
	},
	'message.get': {
		parameters: async (samples) => ({ messageId: await samples.messageId() }),
		...read('messages.get'),
	},
	'message.getMany': {
		parameters: async (samples) => ({ chatId: await samples.chatId() }),
		...read('chats.history'),
		isList: true,
	},
	'message.react': {
		parameters: async (samples) => ({ messageId: await samples.messageId(), reaction: 'love' }),
		route: 'messages.react',
		repeat: 'none',
		timesDone: ({ control }) => control.messages()[0].reactions.length,
	},
	'message.send': {
		parameters: () => ({ phone: LEAD, body: 'Hello' }),
		route: 'send',
		repeat: 'key',
		timesDone: messagesBy('send'),
	},
	'message.sendToChat': {
		parameters: async (samples) => ({ chatId: await samples.chatId(), ...parts(text()) }),
		route: 'chats.send',
		repeat: 'key',
		timesDone: messagesBy('chats.send'),
	},
	'webhook.create': {
		parameters: () => ({ url: 'https://hooks.example.com/chert' }),
		route: 'webhooks.create',
		repeat: 'none',
		timesDone: ({ control }) => control.subscriptions().length,
	},
	'webhook.delete': {
		parameters: async (samples) => ({ webhookId: await samples.webhookId() }),
		route: 'webhooks.delete',
		repeat: 'safe',
		timesDone: ({ control }) => -control.subscriptions().length,
	},
	'webhook.get': {
		parameters: async (samples) => ({ webhookId: await samples.webhookId() }),
		...read('webhooks.get'),
	},
	'webhook.getMany': {
		parameters: async (samples) => {
			await samples.webhookId();
			return {};
		},
		...read('webhooks.list'),
		isList: true,
	},
	'webhook.update': {
		parameters: async (samples) => ({
			webhookId: await samples.webhookId(),
			updateFields: { isActive: false },
		}),
		...read('webhooks.change'),
	},
};

/** The operations of the node that the transport executes, e.g. `message.send`. Others have separate suites. */
const OPERATION_NAMES = resources
	.flatMap(({ value, operations }) =>
		operations
			.filter(({ execute }) => execute === undefined)
			.map((operation) => `${value}.${operation.value}`),
	)
	.sort();

/** A test that names the operations which a table forgets, and the table. */
export function itHasEveryOperation(table: string, names: string[]): void {
	it(`has every operation of the node in ${table}`, () => {
		expect([...new Set(names)].sort()).toEqual(OPERATION_NAMES);
	});
}
