import { LEAD, file, useAction } from '../../support/action';
import { options, useQuickBackoff } from './support';

useQuickBackoff();
const action = useAction();
const control = () => action.sandbox.control;

const WITH_FILE = {
	phone: LEAD,
	body: 'Your new roof',
	...options({ binaryPropertyNames: 'data', maxRetries: 1 }),
};
const ITEMS = [{ binary: file('data') }];

const uploads = () => action.requests('attachments.upload').length;
const attachmentsAsked = () =>
	action.bodies('send').map(({ attachments }) => JSON.stringify(attachments));

describe('a file that Chert has is not uploaded again', () => {
	it('when the send is tried again', async () => {
		control().addFaults({ kind: 'cutAfter', times: 1, route: 'send' });
		const { error } = await action.run('message.send', WITH_FILE, { items: ITEMS });
		expect(error).toBeUndefined();
		expect(uploads()).toBe(1);
	});

	it('when Retry On Fail runs the batch again', async () => {
		control().addFaults({ kind: 'cutAfter', times: 3, route: 'send' });
		const { error } = await action.run('message.send', WITH_FILE, {
			items: ITEMS,
			retryOnFail: true,
		});
		expect(error).toBeUndefined();
		expect(uploads()).toBe(1);
		expect(new Set(attachmentsAsked()).size).toBe(1);
		expect(control().messages()).toHaveLength(1);
	});

	it('when a person retries the failed execution', async () => {
		control().addFaults({ kind: 'cutAfter', times: 2, route: 'send' });
		const failed = await action.run('message.send', WITH_FILE, { items: ITEMS });
		const { error } = await action.run('message.send', WITH_FILE, {
			items: ITEMS,
			retryOf: failed.run.data,
		});
		expect(error).toBeUndefined();
		expect(uploads()).toBe(1);
		expect(control().messages()).toHaveLength(1);
	});
});

it.each([5001, 5004])(
	'an attachment that Chert lost meanwhile (%i) is uploaded once more',
	async (code) => {
		control().addFaults({ kind: 'notRetryable', code, times: 1, route: 'send' });
		const { error } = await action.run('message.send', WITH_FILE, { items: ITEMS });
		expect(error).toBeUndefined();
		expect(uploads()).toBe(2);
		expect(new Set(attachmentsAsked()).size).toBe(2);
		expect(control().messages()).toHaveLength(1);
	},
);

it('a failed upload ends the others of its item before the item ends', async () => {
	control().addFaults({ kind: 'notRetryable', times: 1, route: 'attachments.upload' });
	const binary = Object.assign({}, ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => file(name)));
	const { items } = await action.run(
		'message.send',
		{ phone: LEAD, body: 'Hello', ...options({ binaryPropertyNames: 'a,b,c,d,e,f' }) },
		{
			items: [{ binary }],
			onError: 'continueRegularOutput',
		},
	);
	const before = action.requests().length;
	expect(items[0].json.error).toBeDefined();
	expect(action.requests().filter(({ status }) => status === null)).toEqual([]);
	// Three went up side by side; the fourth is not begun any more.
	expect(action.requests('attachments.create').length).toBeLessThanOrEqual(4);
	await control().idle();
	expect(action.requests()).toHaveLength(before);
});
