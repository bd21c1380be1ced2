import { setMaxListeners } from 'node:events';

/** Ends any number of waits at once. Node.js warns about more than ten on one signal, as if they were a leak. */
export function newCancellation(): AbortController {
	const controller = new AbortController();
	setMaxListeners(0, controller.signal);
	return controller;
}
