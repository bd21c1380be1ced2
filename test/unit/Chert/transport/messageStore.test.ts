import type { IDataObject, IWorkflowDataProxyData } from 'n8n-workflow';

import { MessageStore, type UnknownMessage } from '../../../../nodes/Chert/transport/messageStore';

/** One execution of a node: n8n stores its context as JSON between two runs of the node. */
class Execution {
	private context: IDataObject = {};

	constructor(
		private readonly executionId?: string,
		private readonly resumeUrl?: string,
	) {}

	newStore(executionId = this.executionId): MessageStore {
		return new MessageStore(
			{ getContext: () => this.context, getExecutionId: () => executionId as string },
			{ $execution: { resumeUrl: this.resumeUrl } } as unknown as IWorkflowDataProxyData,
		);
	}

	/** The store after n8n has written the execution and read it back. */
	reload(): MessageStore {
		this.context = JSON.parse(JSON.stringify(this.context)) as IDataObject;
		return this.newStore();
	}

	get size(): number {
		return JSON.stringify(this.context).length;
	}
}

const FILE = { attachmentId: 'att_1', fileName: 'a.png', mimeType: 'image/png', sizeBytes: 1 };

const message = (change: Partial<UnknownMessage> = {}): UnknownMessage => ({
	run: 0,
	item: 0,
	target: 'ana',
	content: 'c1',
	key: 'k1',
	...change,
});

describe('the name of the execution', () => {
	const nameOf = (executionId: string | undefined, resumeUrl?: string) =>
		new Execution(executionId, resumeUrl).newStore().execution;

	it('is the token that n8n stores with the execution, under whichever ID it runs', () => {
		const url = (id: string) => `https://n8n.example/webhook-waiting/${id}?signature=abc`;
		expect(nameOf('1', url('1'))).toBe(nameOf('2', url('2')));
	});

	it('is the ID without a token', () => {
		expect(nameOf('1', 'https://n8n.example/webhook-waiting/1')).toBe('1');
		expect(nameOf('1', 'not an address')).toBe('1');
	});

	it('is unique without an ID and without a token', () => {
		const names = [nameOf(undefined), nameOf(undefined), nameOf('')];
		expect(new Set(names).size).toBe(3);
		expect(names.every((name) => name !== '')).toBe(true);
	});

	it('stays the first one in a retry, which has another ID', () => {
		const execution = new Execution('1');
		execution.newStore();
		expect(execution.newStore('2').execution).toBe('1');
	});
});

/** Each rule holds before and after n8n has stored the execution. */
describe.each([
	['as it is', (_execution: Execution, store: MessageStore) => store],
	['read back by n8n', (execution: Execution) => execution.reload()],
])('a store %s', (_state, after) => {
	const storeWith = (prepare: (store: MessageStore) => void) => {
		const execution = new Execution('1');
		const store = execution.newStore();
		prepare(store);
		return after(execution, store);
	};

	it('finds what an item sent, to its own target only', () => {
		const store = storeWith((prepared) => {
			prepared.setSent({ run: 0, item: 3 }, 'ana', { id: 'm1' });
		});
		expect(store.findSent({ run: 0, item: 3 }, 'ana')).toEqual({ id: 'm1' });
		expect(store.findSent({ run: 0, item: 3 }, 'ben')).toBeUndefined();
		expect(store.findSent({ run: 0, item: 2 }, 'ana')).toBeUndefined();
		expect(store.findSent({ run: 1, item: 3 }, 'ana')).toBeUndefined();
	});

	it.each<[string, Partial<UnknownMessage>, boolean]>([
		['the same item', {}, true],
		['the same item, whose content changes with the clock', { content: 'c2' }, true],
		['the same item to another target', { target: 'ben' }, false],
		['an equal item of the same run', { item: 1 }, false],
		['the same content in another run', { run: 1 }, true],
		['the same content at another position of another run', { run: 1, item: 7 }, true],
		['other content in another run', { run: 1, content: 'c2' }, false],
		['the same content to another target in another run', { run: 1, target: 'ben' }, false],
	])('recognizes a message with an unknown outcome by %s: %j', (_what, change, isFound) => {
		const store = storeWith((prepared) => prepared.addUnknown(message()));
		expect(store.findUnknown(message(change))?.key).toBe(isFound ? 'k1' : undefined);
	});

	it("keeps A's key for A when the recipient is corrected to B", () => {
		const store = storeWith((prepared) => {
			prepared.addUnknown(message());
			prepared.addUnknown(message({ target: 'ben', key: 'k2' }));
		});
		expect(store.findUnknown(message())?.key).toBe('k1');
		expect(store.findUnknown(message({ target: 'ben' }))?.key).toBe('k2');
	});

	it('hands out each of several equal messages once', () => {
		const store = storeWith((prepared) => {
			prepared.addUnknown(message());
			prepared.addUnknown(message({ item: 1, key: 'k2' }));
		});
		const keys = [0, 1].map((item) => {
			const found = store.findUnknown(message({ run: 1, item }));
			if (found) store.removeUnknown(found);
			return found?.key;
		});
		expect(keys).toEqual(['k1', 'k2']);
		expect(store.findUnknown(message({ run: 1, item: 2 }))).toBeUndefined();
	});

	it('forgets a message whose outcome is known', () => {
		const store = storeWith((prepared) => {
			prepared.addUnknown(message());
			prepared.removeUnknown(prepared.findUnknown(message())!);
		});
		expect(store.findUnknown(message())).toBeUndefined();
		expect(store.findUnknown(message({ run: 1 }))).toBeUndefined();
	});

	it("recognizes an agent's calls by target and content alone", () => {
		const call = (change: Partial<UnknownMessage> = {}) => message({ isToolCall: true, ...change });
		const store = storeWith((prepared) => prepared.addUnknown(call()));
		expect(store.findUnknown(call())?.key).toBe('k1');
		expect(store.findUnknown(call({ content: 'c2' }))).toBeUndefined();
		expect(store.findUnknown(call({ target: 'ben' }))).toBeUndefined();
	});

	it('keeps the error of a request without a key', () => {
		const error = {
			executionId: '1',
			errorMessage: { message: 'Chert did not respond', description: 'Check the chat.' },
			details: { status: 0, outcomeUnknown: true },
		};
		const store = storeWith((prepared) => prepared.addUnknown(message({ key: undefined, error })));
		expect(store.findUnknown(message())?.error).toEqual(error);
	});

	it('finds an upload of the same file, and forgets it on demand', () => {
		const position = { run: 0, item: 1 };
		const store = storeWith((prepared) => prepared.setUpload(position, 2, 'print', FILE));
		expect(store.findUpload(position, 2, 'print')).toEqual(FILE);
		expect(store.findUpload(position, 2)).toEqual(FILE);
		expect(store.findUpload(position, 2, 'other')).toBeUndefined();
		expect(store.findUpload(position, 1, 'print')).toBeUndefined();
		expect(store.findUpload({ run: 1, item: 1 }, 2, 'print')).toBeUndefined();
		store.removeUpload(position, 2);
		expect(store.findUpload(position, 2)).toBeUndefined();
	});

	it('removeRun keeps messages with an unknown outcome, their uploads, and other runs', () => {
		const store = storeWith((prepared) => {
			for (const run of [0, 1, 10]) {
				for (const item of [0, 1, 11]) {
					prepared.setSent({ run, item }, 'ana', { id: `${run}:${item}` });
					prepared.setUpload({ run, item }, 0, 'print', FILE);
				}
			}
			prepared.addUnknown(message({ run: 1, item: 1 }));
			prepared.removeRun(1);
		});
		const left = (run: number, item: number) => [
			store.findSent({ run, item }, 'ana') !== undefined,
			store.findUpload({ run, item }, 0) !== undefined,
		];
		expect([0, 1, 11].map((item) => left(1, item))).toEqual([
			[false, false],
			[false, true],
			[false, false],
		]);
		expect([0, 1, 11].map((item) => left(10, item))).toEqual(Array(3).fill([true, true]));
		expect(left(0, 1)).toEqual([true, true]);
		expect(store.findUnknown(message({ run: 1, item: 1 }))?.key).toBe('k1');
	});
});

it('two calls of an agent that settle the same message leave the others alone', () => {
	const call = (content: string, key: string) => message({ isToolCall: true, content, key });
	const execution = new Execution('1');
	const store = execution.newStore();
	store.addUnknown(call('c1', 'k1'));
	store.addUnknown(call('c2', 'k2'));
	// Calls side by side have a store each, over the same context.
	const stores = [execution.newStore(), execution.newStore()];
	const found = stores.map((each) => each.findUnknown(call('c1', ''))!);
	stores.forEach((each, index) => each.removeUnknown(found[index]));
	expect(execution.reload().findUnknown(call('c2', ''))?.key).toBe('k2');
	expect(execution.reload().findUnknown(call('c1', ''))).toBeUndefined();
});

it('a loop of 1,000 runs leaves nothing behind', () => {
	const execution = new Execution('1');
	const { size } = (execution.newStore(), execution);
	for (let run = 0; run < 1000; run++) {
		const store = execution.newStore();
		store.setSent({ run, item: 0 }, 'ana', { id: `m${run}` });
		store.setUpload({ run, item: 0 }, 0, 'print', FILE);
		store.removeRun(run);
	}
	expect(execution.size).toBe(size);
});
