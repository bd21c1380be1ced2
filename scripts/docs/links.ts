/** What the pages of the operations link to, and the codes that Chert can return there. */
export interface ApiPage {
	/** Path below https://docs.trychert.com/api/ */
	path: string;
	/** Codes of this operation. Those that every operation can get are on the page about errors. */
	codes: number[];
}

const GROUP_CODES = [1006, 2002, 4001, 4099];
const FILE_CODES = [1011, 5001, 5004];

/** By resource and operation. Source: API sections 3, 5 and 6. */
export const API_PAGES: Record<string, ApiPage> = {
	'attachment.download': { path: 'attachments', codes: [5001, 5004] },
	'attachment.get': { path: 'attachments', codes: [5001] },
	'attachment.upload': { path: 'attachments', codes: [1002, 5002, 5003] },
	'chat.addParticipant': { path: 'group-chats/add-participant', codes: GROUP_CODES },
	'chat.create': {
		path: 'chats/create',
		codes: [1003, 1005, 1006, 1008, 1009, 1012, 2006, 4001, 4002, 4099, ...FILE_CODES],
	},
	'chat.leave': { path: 'group-chats/leave', codes: [1002, ...GROUP_CODES] },
	'chat.markRead': { path: 'chats/mark-read', codes: [1002, 2002, 4001, 4099] },
	'chat.removeParticipant': {
		path: 'group-chats/remove-participant',
		codes: [1002, ...GROUP_CODES],
	},
	'chat.setTyping': { path: 'chats/typing', codes: [2002, 4001, 4099] },
	'chat.updateGroup': { path: 'group-chats/rename', codes: GROUP_CODES },
	'contact.sendCard': { path: 'contact-sharing/send-card', codes: [1001, 1002, 2002, 4001, 4099] },
	'contact.shareOwn': { path: 'contact-sharing/share-info', codes: [1002, 2002, 4001, 4099] },
	'event.get': { path: 'events', codes: [2011] },
	'event.getMany': { path: 'events', codes: [1002] },
	'event.replay': { path: 'events', codes: [1002, 2011, 3004] },
	'line.getMany': { path: 'phone-numbers', codes: [] },
	'location.send': { path: 'locations', codes: [1003, 1012, 2002, 3002, 4001, 4002, 4099] },
	'message.edit': { path: 'messages/edit', codes: [1002, 2003, 4001, 4099] },
	'message.get': { path: 'overview', codes: [2003] },
	'message.getMany': { path: 'chats/list-messages', codes: [2002] },
	'message.react': { path: 'messages/react', codes: [2003, 4001] },
	'message.send': {
		path: 'sending',
		codes: [1003, 1009, 1012, 2006, 4001, 4002, 4098, 4099, ...FILE_CODES],
	},
	'message.sendAndWait': { path: 'chats/send-message', codes: [1003, 1009, 2002, 4001, 4002] },
	'message.sendToChat': {
		path: 'chats/send-message',
		codes: [1006, 1008, 1009, 1012, 2002, 3002, 4001, 4002, 4099, ...FILE_CODES],
	},
	'webhook.create': { path: 'webhook-subscriptions', codes: [1002, 2008] },
	'webhook.delete': { path: 'webhook-subscriptions', codes: [2011] },
	'webhook.get': { path: 'webhook-subscriptions', codes: [2011] },
	'webhook.getMany': { path: 'webhook-subscriptions', codes: [] },
	'webhook.update': { path: 'webhook-subscriptions', codes: [1002, 2008, 2011] },
};

/** By name of the trigger node. */
export const TRIGGER_PAGES: Record<
	string,
	{ path: string; picture: string; introduction: string }
> = {
	chertStreamTrigger: {
		path: 'events',
		picture: 'stream-trigger',
		introduction:
			'Starts the workflow on iMessage replies and tapbacks, for n8n instances without a public address. It reads the events over a connection that n8n opens. After a restart or a lost connection, it reads the events that it missed. When you publish an unpublished workflow, it starts with new events.',
	},
	chertTrigger: {
		path: 'receiving-replies',
		picture: 'trigger',
		introduction:
			'Starts the workflow on iMessage replies and tapbacks. Publishing the workflow registers a webhook with Chert, and unpublishing removes it. n8n must have a public https address: behind a proxy or tunnel, set WEBHOOK_URL to it. If that address is local, private or without https, you get an error when you publish.',
	},
};

export const apiUrl = (path: string): string => `https://docs.trychert.com/api/${path}`;

const kebab = (name: string): string =>
	name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Path of an operation's page below `docs`.
 *
 * @param id e.g. `message.sendToChat`
 */
export const operationPath = (id: string): string => `operations/${kebab(id.replace('.', '-'))}.md`;

/** Path of a trigger's page below `docs`. */
export const triggerPath = (name: string): string => `triggers/${kebab(name)}.md`;
