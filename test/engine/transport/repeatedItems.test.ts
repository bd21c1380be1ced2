import { file, LEAD, OTHER_LEAD, parts, useAction } from '../../support/action';
import { EACH, errorText, item, options, useQuickBackoff } from './support';

useQuickBackoff();
const action = useAction();

const messagesTo = (phone: string) => action.sandbox.control.messages({ phone });

/** A text that changes with the clock. */
const TIMED = {
	phone: '={{ $json.phone }}',
	body: '={{ $json.body + " " + $now.toMillis() + Math.random() }}',
};
const TWO = [item(LEAD, 'one'), item(OTHER_LEAD, 'two')];

describe('an item that was sent is not sent again, even when its content has changed', () => {
	it('under Retry On Fail, with the time in its text', async () => {
		action.sandbox.control.addFaults({ kind: 'notRetryable', recipient: OTHER_LEAD, times: 1 });
		const { error } = await action.run('message.send', TIMED, { items: TWO, retryOnFail: true });
		expect(error).toBeUndefined();
		expect([messagesTo(LEAD).length, messagesTo(OTHER_LEAD).length]).toEqual([1, 1]);
	});

	it('when a person corrects another item and retries the execution', async () => {
		action.sandbox.control.addFaults({ kind: 'notRetryable', recipient: OTHER_LEAD, times: 1 });
		const failed = await action.run('message.send', EACH, { items: TWO });
		expect(errorText(failed)).toContain('will not send them again');
		const corrected = { ...EACH, body: '={{ $json.body }}, corrected' };
		const retried = await action.run('message.send', corrected, {
			items: TWO,
			retryOf: failed.run.data,
		});
		expect(retried.error).toBeUndefined();
		expect(messagesTo(LEAD).map((message) => message.text)).toEqual(['one']);
		expect(messagesTo(OTHER_LEAD).map((message) => message.text)).toEqual(['two, corrected']);
	});

	it('when its outcome is unknown: it keeps its key', async () => {
		action.sandbox.control.addFaults({ kind: 'cutAfter', times: 1 });
		const parameters = { ...TIMED, ...options({ maxRetries: 0 }) };
		await action.run('message.send', parameters, { items: [item(LEAD, 'one')], retryOnFail: true });
		expect(messagesTo(LEAD)).toHaveLength(1);
		expect(new Set(action.requests('send').map(({ idempotencyKey }) => idempotencyKey)).size).toBe(
			1,
		);
	});
});

it('the outcome of a message stays unknown after one attempt that may have sent it, whatever the next one says', async () => {
	action.sandbox.control.addFaults([
		{ kind: 'cutAfter', times: 1 },
		{ kind: 'rateLimit', retryAfter: 2, times: 1 },
	]);
	const result = await action.run('message.send', {
		phone: LEAD,
		body: 'Hello',
		...options({ maxRetryWait: 1 }),
	});
	expect(messagesTo(LEAD)).toHaveLength(1);
	expect(errorText(result)).toContain('It may have been sent');
	expect(errorText(result)).not.toContain('so this item was not sent');
});

it('a wrong attachment ID is named, and the files beside it are not uploaded again', async () => {
	const { chatId } = await action.chat();
	const result = await action.run(
		'message.sendToChat',
		{
			chatId,
			...parts(
				{ type: 'media', attachmentId: 'deadbeef' },
				{ type: 'file', binaryPropertyName: 'data' },
			),
		},
		{ items: [{ binary: file('data', { fileName: 'photo.png', mimeType: 'image/png' }) }] },
	);
	expect(errorText(result)).toContain('attachment');
	expect(errorText(result)).not.toContain('photo.png');
	expect(action.requests('attachments.create')).toHaveLength(1);
});

describe('with the Batching option of n8n', () => {
	const inBatches = (batchSize: number) => ({
		requestOptions: { batching: { batch: { batchSize, batchInterval: 20 } } },
	});

	it('an invalid item in a batch stops all batches', async () => {
		const items = [item('555', 'bad'), item(LEAD, 'good'), item(OTHER_LEAD, 'good')];
		const result = await action.run('message.send', { ...EACH, ...inBatches(1) }, { items });
		expect(errorText(result)).toContain('Nothing was sent');
		expect(action.requests()).toEqual([]);
	});

	it('nothing is sent when an expression of a batch fails', async () => {
		const broken = {
			...EACH,
			body: '={{ $itemIndex === 1 ? $("Nope").item.json.x : $json.body }}',
		};
		const result = await action.run(
			'message.send',
			{ ...broken, ...inBatches(10) },
			{ items: TWO },
		);
		expect(result.error).toBeDefined();
		expect(action.requests()).toEqual([]);
	});

	it('all items are sent once, each paired with its input', async () => {
		const items = Array.from({ length: 5 }, (_, index) => item(LEAD, `#${index}`));
		const result = await action.run('message.send', { ...EACH, ...inBatches(2) }, { items });
		expect(result.error).toBeUndefined();
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			items.map((_, index) => ({ item: index })),
		);
		expect(messagesTo(LEAD).map((message) => message.text)).toEqual(
			items.map(({ json }) => json?.body),
		);
	});
});

it('nothing is kept of a run that cannot be repeated', async () => {
	const run = async (onError?: 'continueRegularOutput') => {
		action.sandbox.control.addFaults({ kind: 'notRetryable', recipient: OTHER_LEAD, times: 1 });
		const { run: finished } = await action.run('message.send', EACH, { items: TWO, onError });
		const kept = finished.data.executionData?.contextData['node:Chert'] as {
			chert: { sent: object };
		};
		return Object.keys(kept.chert.sent);
	};
	expect(await run('continueRegularOutput')).toEqual([]);
	expect(await run()).toEqual(['0']);
});
