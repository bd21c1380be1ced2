/** The rows of a conversation: times, messages and changes of the group. */

import { dayText, timeText } from './format.js';

/** A pause after which the time stands above the next message. */
const SECTION_MS = 15 * 60_000;

/**
 * What happened to the event of a message of a customer.
 *
 * @param {{ url: string | null, status: string, attempts: Map<string, { status?: number }> } | undefined} delivery
 * @returns {{ text: string, isFailed: boolean }}
 */
function workflowStatus(delivery) {
	const failed = (text) => ({ text, isFailed: true });
	if (!delivery) return { text: '', isFailed: false };
	if (delivery.status === 'dev_inbox') return { text: 'in the dev inbox', isFailed: false };
	if (delivery.url === null) return failed('no workflow listens');
	const attempts = [...delivery.attempts.values()];
	const refused = attempts.find(({ status }) => status === undefined || status >= 300);
	if (refused)
		return failed(
			refused.status === undefined
				? 'n8n does not respond'
				: `n8n responded with status ${refused.status}`,
		);
	return {
		text: attempts.length > 0 ? 'workflow called' : 'calling the workflow',
		isFailed: false,
	};
}

/** The line below a message of the customer: `Delivered · workflow called`, `Read 6:36 PM · workflow called`. */
function receiptOf(message, delivery) {
	const { text, isFailed } = workflowStatus(delivery);
	const status = message.readAt ? `Read ${timeText(message.readAt)}` : 'Delivered';
	return { status, text, isFailed };
}

/** What the workflow did to a group, in the words of the phone. */
const CHANGES = {
	renamed: ({ displayName }) => `named the conversation “${displayName}”`,
	iconChanged: () => 'changed the group photo',
	joined: (_change, name) => `added ${name} to the conversation`,
	removed: (_change, name) => `removed ${name} from the conversation`,
	left: () => 'left the conversation',
};

/** Messages and changes of a chat, oldest first. */
function itemsOf(store, chat) {
	const changes = chat.changes.filter(({ type }) => CHANGES[type]);
	const messages = store.thread(chat.id);
	if (changes.length === 0) return messages;
	const place = ({ sequence, afterSequence }) => sequence ?? afterSequence + 0.5;
	return [...messages, ...changes].sort((a, b) => place(a) - place(b));
}

const isApart = (earlier, later) =>
	Date.parse(later.createdAt) - Date.parse(earlier.createdAt) > SECTION_MS;

/**
 * The rows to draw, oldest first.
 *
 * @param {import('./store.js').Store} store
 * @param {object} chat
 * @returns rows with a `key` and either a `text` (times and changes), or a `message` and its place: whether it is
 * `isMine`, the name of its sender, whether that name is shown, whether it begins (`isFirst`) or ends (`isLast`) a run
 * of one sender, and its receipt
 */
export function rowsOf(store, chat) {
	const speaker = store.speaker(chat);
	const isMine = ({ direction, phone }) =>
		direction === 'inbound' && (!chat.isGroup || phone === speaker);
	const sender = ({ direction, phone }) => (direction === 'inbound' ? phone : direction);
	const items = itemsOf(store, chat);
	const lastMine = items.findLast(isMine);
	return items.flatMap((item, index) => {
		if (item.type) {
			const text = CHANGES[item.type](item, item.address && store.nameIn(chat, item.address));
			return [{ key: `${item.at} ${index}`, text: `The workflow ${text}` }];
		}
		const before = items[index - 1];
		const after = items[index + 1];
		const mine = isMine(item);
		const startsSection = !before || isApart(before, item);
		const isFirst = startsSection || sender(before) !== sender(item);
		const name = item.direction === 'outbound' ? 'Workflow' : store.nameIn(chat, item.phone);
		const receipt = mine ? receiptOf(item, store.deliveries.get(item.id)) : null;
		const row = {
			key: item.id,
			message: item,
			isMine: mine,
			sender: mine ? `You, ${name}` : name,
			showsSender: chat.isGroup && isFirst && !mine,
			isFirst,
			isLast: !after || isApart(item, after) || sender(after) !== sender(item),
			// As on the phone, only the last own message has a receipt, unless n8n did not take an earlier one.
			receipt: item === lastMine || receipt?.isFailed ? receipt : null,
		};
		return startsSection ? [{ key: `day ${item.id}`, text: dayText(item.createdAt) }, row] : [row];
	});
}
