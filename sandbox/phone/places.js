/** How the messages of a conversation stand to one another: who speaks, where a run begins and ends, what is said below. */

/** A pause after which the time is written above the next message. */
const SECTION_MS = 15 * 60_000;

/**
 * What became of a message of a lead.
 *
 * @param {object} message
 * @param {{ isHeard: boolean, isRecordedOnly: boolean, outcomes: Map<string, object> } | undefined} delivery of its event
 * @returns {{ text: string, isTrouble: boolean }}
 */
function receiptOf(message, delivery) {
	const said = (text, isTrouble = false) => ({ text, isTrouble });
	if (message.readAt) return said('Read');
	if (!delivery) return said('Delivered');
	if (delivery.isRecordedOnly) return said('Delivered, recorded in the dev inbox');
	if (!delivery.isHeard) return said('Delivered, no workflow listens', true);
	const outcomes = [...delivery.outcomes.values()];
	const failed = outcomes.find(({ status }) => status === undefined || status >= 300);
	if (failed)
		return said(
			failed.status === undefined
				? 'The webhook cannot be reached'
				: `The webhook answered ${failed.status}`,
			true,
		);
	return said(
		outcomes.length > 0 ? 'Delivered, workflow called' : 'Delivered, calling the workflow',
	);
}

const apart = (earlier, later) =>
	Date.parse(later.createdAt) - Date.parse(earlier.createdAt) > SECTION_MS;

/**
 * The place of each message.
 *
 * @param {import('./store.js').Store} store
 * @param {object} chat
 * @param {object[]} messages of the chat, oldest first
 * @returns {Array<{ message: object, place: import('./bubbles.js').Place, startsSection: boolean }>}
 */
export function placesOf(store, chat, messages) {
	const persona = store.persona(chat);
	const isMine = (message) =>
		message.direction === 'inbound' && (!chat.isGroup || message.phone === persona);
	const speaker = (message) => (message.direction === 'outbound' ? 'workflow' : message.phone);
	const lastMine = messages.findLast(isMine);
	return messages.map((message, index) => {
		const before = messages[index - 1];
		const after = messages[index + 1];
		const mine = isMine(message);
		const startsSection = !before || apart(before, message);
		const isFirst = startsSection || speaker(before) !== speaker(message);
		const isLast = !after || apart(message, after) || speaker(after) !== speaker(message);
		const name = message.direction === 'outbound' ? 'Workflow' : store.nameIn(chat, message.phone);
		const receipt = mine
			? receiptOf(message, store.deliveries.get(message.id))
			: { text: 'Delivered', isTrouble: false };
		// As on the phone, only the last of mine says how it fared, unless something went wrong.
		const saysHow = mine
			? message === lastMine || receipt.isTrouble
			: message.direction === 'outbound' && isLast;
		return {
			message,
			startsSection,
			place: {
				isMine: mine,
				sender: mine ? `You, ${name}` : name,
				showsSender: chat.isGroup && isFirst && !mine,
				isFirst,
				isLast,
				receipt: saysHow ? receipt.text : null,
				isTrouble: saysHow && receipt.isTrouble,
			},
		};
	});
}
