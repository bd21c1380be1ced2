import { setImmediate as nextTurn } from 'node:timers/promises';

import type { IDataObject, IHttpRequestOptions, ITriggerFunctions } from 'n8n-workflow';

import { startStream } from '../../../nodes/ChertStreamTrigger/run';
import { createDeferredPromise, type Deferred } from '../../support/deferred';

const START = Date.parse('2026-09-01T10:00:00.000Z');
const event = (number: number, name = 'message.received') => ({
	id: `e${number}`,
	type: name,
	created_at: new Date(START + number * 1000).toISOString(),
	payload: { event: name, event_id: `e${number}`, data: { message: {} } },
});

/** A run that n8n was asked for, to be told what became of it. */
interface Emitted {
	position: IDataObject;
	end: (error?: Error) => void;
}

/** A trigger that was active before; `events` is all that Chert has, and its stream brings nothing. */
function trigger(events: object[]) {
	const staticData = {
		position: {
			from: new Date(START).toISOString(),
			since: new Date(START).toISOString(),
			handled: {},
		},
	};
	const emitted: Emitted[] = [];
	const end = new AbortController();
	const answerTo = async ({ url }: IHttpRequestOptions) => {
		if (!url.includes('/stream')) return { statusCode: 200, headers: {}, body: { events } };
		await new Promise((resolve) => end.signal.addEventListener('abort', resolve));
		throw new Error('aborted');
	};
	const ctx = {
		getNode: () => ({ name: 'Chert Stream Trigger' }),
		getNodeParameter: (name: string) => (name === 'events' ? ['message.received'] : {}),
		getWorkflowStaticData: () => staticData,
		getActivationMode: () => 'init',
		getCredentials: async () => await Promise.resolve({ signingSecret: 's' }),
		helpers: {
			httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) =>
				await answerTo(options),
			createDeferredPromise,
		},
		emit: (_data: unknown, _answer: unknown, done: Deferred<unknown>) =>
			emitted.push({
				position: structuredClone(staticData.position),
				end: (error) => (error ? done.reject(error) : done.resolve({})),
			}),
		emitError: (error: Error) => {
			throw error;
		},
	};
	return {
		emitted,
		stop: () => end.abort(),
		start: async () => await startStream(ctx as unknown as ITriggerFunctions, end.signal),
	};
}

const settle = async () => {
	for (let turn = 0; turn < 200; turn++) await nextTurn();
};

it('starts fifty runs at once at most, the oldest first, and the next when one is stored', async () => {
	const { emitted, start, stop } = trigger(
		Array.from({ length: 120 }, (_, index) => event(index + 1)).reverse(),
	);
	await start();
	await settle();
	expect(emitted).toHaveLength(50);
	emitted[7].end();
	await settle();
	expect(emitted).toHaveLength(51);
	stop();
});

it('keeps with each run what is done and what is still owed, its own event included', async () => {
	const { emitted, start, stop } = trigger(
		Array.from({ length: 60 }, (_, index) => event(index + 1)),
	);
	await start();
	await settle();
	emitted[0].end();
	emitted[1].end(new Error('SQLITE_BUSY: database is locked'));
	await settle();
	expect(emitted[50].position).toMatchObject({ handled: { e1: START + 1_000 } });
	// The second is to be read again by a process that begins there.
	expect(Date.parse(String(emitted[51].position.since))).toBeLessThanOrEqual(START + 2_000);
	stop();
});

it('has nothing more to do with an event that does not pass the filters', async () => {
	const { emitted, start, stop } = trigger([event(1, 'reaction.added'), event(100)]);
	await start();
	await settle();
	expect(emitted).toHaveLength(1);
	expect(emitted[0].position).toMatchObject({
		since: new Date(START + 1_000).toISOString(),
		handled: { e1: START + 1_000 },
	});
	stop();
});
