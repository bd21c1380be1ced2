/** The rows of a conversation: times, messages, and how messages stand to their neighbors. */

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

const isApart = (earlier, later) =>
	Date.parse(later.createdAt) - Date.parse(earlier.createdAt) > SECTION_MS;

/**
 * The rows to draw, oldest first.
 *
 * @param {import('./store.js').Store} store
 * @param {object} chat
 * @param {object[]} messages of the chat, oldest first
 * @returns rows of kind `day` with a `text`, or of kind `message` with the message and its place: whether it is `isMine`,
 * the name of its sender, whether that name is shown, whether it begins (`isFirst`) or ends (`isLast`) a run of one
 * sender, and its receipt
 */
export function rowsOf(store, chat, messages) {
	const speaker = store.speaker(chat);
	const isMine = (message) =>
		message.direction === 'inbound' && (!chat.isGroup || message.phone === speaker);
	const sender = (message) => (message.direction === 'outbound' ? 'workflow' : message.phone);
	const lastMine = messages.findLast(isMine);
	return messages.flatMap((message, index) => {
		const before = messages[index - 1];
		const after = messages[index + 1];
		const mine = isMine(message);
		const startsSection = !before || isApart(before, message);
		const isFirst = startsSection || sender(before) !== sender(message);
		const isLast = !after || isApart(message, after) || sender(after) !== sender(message);
		const name = message.direction === 'outbound' ? 'Workflow' : store.nameIn(chat, message.phone);
		const receipt = mine ? receiptOf(message, store.deliveries.get(message.id)) : null;
		const row = {
			kind: 'message',
			key: message.id,
			message,
			isMine: mine,
			sender: mine ? `You, ${name}` : name,
			showsSender: chat.isGroup && isFirst && !mine,
			isFirst,
			isLast,
			// As on the phone, only the last own message has a receipt, unless n8n did not take an earlier one.
			receipt: message === lastMine || receipt?.isFailed ? receipt : null,
		};
		const day = { kind: 'day', key: `day ${message.id}`, text: dayText(message.createdAt) };
		return startsSection ? [day, row] : [row];
	});
}
