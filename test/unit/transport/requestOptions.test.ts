import { readRequestOptions } from '../../../nodes/Chert/transport/requestOptions';

const batchesOf = (batch: object) => readRequestOptions({ batching: { batch } }).batches;

it.each([
	{ batchSize: 5, size: 5 },
	{ batchSize: '5', size: 5 },
	{ batchSize: 2.5, size: 2 },
	{ batchSize: 0, size: 1 },
	{ batchSize: 'two', size: 1 },
	{ batchSize: undefined, size: 1 },
])('makes batches of $size of a batch size of $batchSize', ({ batchSize, size }) => {
	expect(batchesOf({ batchSize, batchInterval: 100 })).toEqual({ size, pauseMs: 100 });
});

it.each([{ batchSize: -1, batchInterval: 100 }, { batchSize: 5, batchInterval: 0 }, { batchSize: 5 }, {}])('makes no batches of %j', (batch) => {
	expect(batchesOf(batch)).toBeUndefined();
});
