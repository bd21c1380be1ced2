import { setImmediate as nextTurn } from 'node:timers/promises';

import type {
	IDataObject,
	IHttpRequestOptions,
	INodeExecutionData,
	ITriggerFunctions,
	WorkflowActivateMode,
} from 'n8n-workflow';

import { startStream } from '../../../nodes/ChertStreamTrigger/streamEvents';
import { createDeferredPromise, type Deferred } from '../../support/deferred';

const START = Date.parse('2026-09-01T10:00:00.000Z');
const iso = (second: number) => new Date(START + second * 1000).toISOString();
const event = (second: number, from = 'ben@example.com') => ({
	id: `e${second}`,
	type: 'message.received',
	created_at: iso(second),
	payload: {
		event: 'message.received',
		event_id: `e${second}`,
		data: { message: { sender_handle: { handle: from } } },
	},
});

interface Situation {
	events?: object[];
	mode?: WorkflowActivateMode;
	staticData?: IDataObject;
	senders?: string;
	alwaysOutputData?: boolean;
}

/** A trigger; `events` is all that Chert has, it is 100 s past the start, and the stream brings nothing. */
function trigger({ events = [], mode = 'init', staticData = {}, senders, ...node }: Situation) {
	const emitted: IDataObject[] = [];
	const queries: string[] = [];
	const end = new AbortController();
	const responseTo = async ({ url }: IHttpRequestOptions) => {
		const { pathname, searchParams } = new URL(url);
		if (!pathname.endsWith('/stream')) {
			const since = searchParams.get('since');
			if (since) queries.push(since);
			const date = new Date(START + 100_000).toUTCString();
			return { statusCode: 200, headers: { date }, body: { events } };
		}
		await new Promise((resolve) => end.signal.addEventListener('abort', resolve));
		throw new Error('aborted');
	};
	const ctx = {
		getNode: () => ({ name: 'Chert Stream Trigger', ...node }),
		getWorkflow: () => ({ id: '1' }),
		getNodeParameter: (name: string) =>
			name === 'events' ? ['message.received'] : { senders: senders ?? '' },
		getWorkflowStaticData: () => staticData,
		getActivationMode: () => mode,
		getCredentials: async () => await Promise.resolve({ signingSecret: 's' }),
		helpers: {
			httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) =>
				await responseTo(options),
			createDeferredPromise,
		},
		emit: ([[item]]: INodeExecutionData[][], _response: unknown, done: Deferred<unknown>) => {
			emitted.push(item.json);
			done.resolve({});
		},
		emitError: (error: Error) => {
			throw error;
		},
	};
	return {
		emitted,
		queries,
		staticData,
		ids: () => emitted.map(({ headerEventId }) => headerEventId),
		stop: () => end.abort(),
		async start() {
			await startStream(ctx as unknown as ITriggerFunctions, end.signal);
			for (let turn = 0; turn < 500; turn++) await nextTurn();
		},
	};
}

/** What an earlier activation with these senders stored. */
async function storedWith(senders?: string): Promise<IDataObject> {
	const first = trigger({ mode: 'activate', senders });
	await first.start();
	first.stop();
	const position = first.staticData.position as IDataObject;
	return { position: { ...position, from: iso(0), since: iso(40) } };
}

const ALL = [event(120), event(60), event(50, 'ana@example.com'), event(20)];

it.each<WorkflowActivateMode>(['activate', 'create', 'manual'])(
	'activation (%s) begins with what comes from now on',
	async (mode) => {
		const { start, ids, stop, staticData } = trigger({ mode, events: ALL });
		await start();
		expect(ids()).toEqual(['e120']);
		expect(staticData.position).toMatchObject({ from: iso(100), since: iso(100) });
		stop();
	},
);

it.each<WorkflowActivateMode>(['init', 'leadershipChange', 'update'])(
	'with the same settings (%s) it goes on where it was, oldest first',
	async (mode) => {
		const staticData = await storedWith();
		const before = structuredClone(staticData);
		const { start, ids, stop, queries } = trigger({ mode, events: ALL, staticData });
		await start();
		expect(queries[0]).toBe(iso(10));
		expect(ids()).toEqual(['e20', 'e50', 'e60', 'e120']);
		// n8n would write the copy of the activation over what runs store.
		expect(staticData).toEqual(before);
		stop();
	},
);

it.each<WorkflowActivateMode>(['init', 'update'])(
	'with a wider filter (%s) no old message starts a run',
	async (mode) => {
		const staticData = await storedWith('ben@example.com');
		const senders = 'ben@example.com, ana@example.com';
		const { start, ids, stop } = trigger({ mode, events: ALL, staticData, senders });
		await start();
		expect(ids()).toEqual(['e120']);
		stop();
	},
);

it.each([
	[9, ['e20', 'e50', 'e60', 'e120']],
	[11, ['e120']],
])(
	'enabled again in a published workflow, %d minutes after it was disabled, it gives %j',
	async (minutes, expected) => {
		const staticData = await storedWith();
		const enabledAt = Date.now() + minutes * 60_000;
		jest.spyOn(Date, 'now').mockReturnValue(enabledAt);
		const { start, ids, stop } = trigger({ mode: 'update', events: ALL, staticData });
		await start();
		expect(ids()).toEqual(expected);
		stop();
		jest.restoreAllMocks();
	},
);

it('stores the position over a thousand filtered events, with a separate run', async () => {
	const staticData = await storedWith('ana@example.com');
	const events = Array.from({ length: 1_001 }, (_, index) => event(41 + index / 100)).reverse();
	const { start, emitted, stop } = trigger({ events, staticData, senders: 'ana@example.com' });
	await start();
	expect(emitted).toEqual([{ position: expect.objectContaining({ since: iso(50.98) }) }]);
	stop();
});

it('refuses Always Output Data, which would turn a repeated delivery into a run with an empty item', async () => {
	await expect(trigger({ alwaysOutputData: true }).start()).rejects.toThrow(
		'Turn off Always Output Data',
	);
});
