import type { OnError } from 'n8n-workflow';

import { file, LEAD, OTHER_LEAD, useAction } from '../../support/action';
import { binaryDataService, type Input } from '../../support/engine';
import { itHasEveryOperation } from '../../support/operationCases';
import { CASES } from './wrongInput';
import { EMPTY_FILE } from './wrongInput/case';

const action = useAction();

const CONTINUE: OnError[] = ['continueRegularOutput', 'continueErrorOutput'];

itHasEveryOperation(
	'test/engine/action/wrongInput',
	Object.values(CASES).map(({ operation }) => operation),
);

describe.each(Object.entries(CASES))('%s', (_case, { operation, parameters, binary, sentence }) => {
	it('stops the node before anything is sent', async () => {
		const { error, items } = await action.run(operation, parameters, { items: [{ binary }] });

		expect(error?.message).toBe(sentence);
		expect(error?.description).toBe('Nothing was sent. Correct the field and run it again.');
		expect(error?.context).toMatchObject({ itemIndex: 0 });
		expect(items).toEqual([]);
		expect(action.requests()).toEqual([]);
	});

	it.each(CONTINUE)('keeps its item, and sends nothing: %s', async (onError) => {
		const { error, items, errors } = await action.run(operation, parameters, {
			items: [{ binary }],
			onError,
		});

		expect(error).toBeUndefined();
		expect(onError === 'continueErrorOutput' ? errors : items).toEqual([
			{
				json: {
					error: sentence,
					message: `${sentence}. Correct the field and run it again.`,
					details: {},
				},
				pairedItem: expect.objectContaining({ item: 0 }),
			},
		]);
		expect(action.requests()).toEqual([]);
	});
});

it('names the size of a file that is too large', async () => {
	const service = await binaryDataService();
	const size = jest.spyOn(service, 'getMetadata').mockResolvedValue({ fileSize: 104_857_601 });
	const binary = {
		data: {
			id: 'filesystem-v2:video',
			data: 'filesystem-v2',
			mimeType: 'video/mp4',
			fileName: 'tour.mp4',
		},
	};
	const { error } = await action.run('attachment.upload', {}, { items: [{ binary }] });
	size.mockRestore();

	expect(error?.message).toBe(
		'File "tour.mp4" in binary field "data" is 105 MB, but Chert accepts at most 100 MB: compress or split it',
	);
	expect(action.requests()).toEqual([]);
});

it.each(Object.values(CASES).map(({ sentence }) => sentence))(
	'reads as one sentence that says what to do: %s',
	(sentence) => {
		expect(sentence).toMatch(/: (?=[^:]*[a-z])[^:]+|, so /);
		expect(sentence).not.toMatch(
			/\b(error|problem|failure|mistake|invalid|undefined|null|NaN)\b|\[object|\.$|\n/i,
		);
	},
);

describe('a batch with one bad item', () => {
	const ITEMS: Input[] = [LEAD, '555', OTHER_LEAD].map((phone, index) => ({
		json: { phone, text: `Hello ${index}` },
	}));
	const PARAMETERS = { phone: '={{ $json.phone }}', body: '={{ $json.text }}' };
	const SENTENCE =
		'Phone "555" does not start with + and the country code: enter it like +1 555 010 0123, or set Default Country Code in the options';

	it('sends nothing when the node is to stop', async () => {
		const { error, items } = await action.run('message.send', PARAMETERS, { items: ITEMS });

		expect(error).toMatchObject({ message: SENTENCE, context: { itemIndex: 1 } });
		expect(items).toEqual([]);
		expect(action.requests()).toEqual([]);
	});

	it('sends the good ones and gives the bad one among them', async () => {
		const { items } = await action.run('message.send', PARAMETERS, {
			items: ITEMS,
			onError: 'continueRegularOutput',
		});

		expect(items.map(({ json, pairedItem }) => [json.error ?? json.status, pairedItem])).toEqual([
			['sent', { item: 0 }],
			[SENTENCE, { item: 1 }],
			['sent', { item: 2 }],
		]);
		expect(
			action.sandbox.control
				.messages()
				.map(({ phone }) => phone)
				.sort(),
		).toEqual([LEAD, OTHER_LEAD]);
	});

	it('sends the good ones and gives the bad one to the error output', async () => {
		const { items, errors } = await action.run('message.send', PARAMETERS, {
			items: ITEMS,
			onError: 'continueErrorOutput',
		});

		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
		expect(errors).toMatchObject([
			{ json: { error: SENTENCE, details: {} }, pairedItem: { item: 1 } },
		]);
		expect(action.sandbox.control.messages()).toHaveLength(2);
	});

	it('uploads no file for a batch that stops', async () => {
		const items = [{ binary: file('data') }, { binary: EMPTY_FILE }];
		const { error } = await action.run('attachment.upload', {}, { items });

		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(action.requests()).toEqual([]);
	});
});
