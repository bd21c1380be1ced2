import { snapshot } from './api.js';

/** Between attempts to reach a sandbox that has stopped. */
const RETRY_MS = 1500;

/**
 * Keeps the store in step with the sandbox: a snapshot at each connection, then what changes. Events that arrive before
 * the snapshot wait and are applied after it, so nothing is missed or overwritten.
 *
 * @param {import('./store.js').Store} store
 */
export function follow(store) {
	const source = new EventSource('control/live');
	/** @type {Array<{ type: string, detail: unknown }> | null} */
	let waiting = [];
	let isOver = false;

	const again = () => {
		if (isOver) return;
		isOver = true;
		source.close();
		store.setConnection('lost');
		setTimeout(() => follow(store), RETRY_MS);
	};
	source.onopen = async () => {
		try {
			const everything = await snapshot();
			if (isOver) return;
			store.load(everything);
			for (const { type, detail } of waiting) store.apply(type, detail, { isReplay: true });
			waiting = null;
			store.setConnection('live');
		} catch {
			again();
		}
	};
	source.onmessage = ({ data }) => {
		const event = JSON.parse(data);
		if (waiting) waiting.push(event);
		else store.apply(event.type, event.detail);
	};
	source.onerror = again;
}
