import { LEAD, file, useAction } from '../../support/action';
import { runChert } from '../../support/engine';
import { EACH, options, phone, respond, serve, useQuickBackoff } from './support';

useQuickBackoff();
const action = useAction();
const control = () => action.sandbox.control;

const WITH_FILE = {
	phone: LEAD,
	body: 'Your new roof',
	binaryPropertyNames: 'data',
	...options({ maxRetries: 1 }),
	maxRetries: 1,
};
const ITEMS = [{ binary: file('data') }];

const uploads = () => action.requests('attachments.upload').length;
const attachmentsSent = () =>
	action.bodies('send').map(({ attachments }) => JSON.stringify(attachments));

describe('a file that Chert has is not uploaded again', () => {
	it('when the send is retried', async () => {
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
		expect(new Set(attachmentsSent()).size).toBe(1);
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

it.each([5001, 5004])('an attachment that Chert lost (%i) is uploaded again', async (code) => {
	control().addFaults({ kind: 'notRetryable', code, times: 1, route: 'send' });
	const { error } = await action.run('message.send', WITH_FILE, { items: ITEMS });
	expect(error).toBeUndefined();
	expect(uploads()).toBe(2);
	expect(new Set(attachmentsSent()).size).toBe(2);
	expect(control().messages()).toHaveLength(1);
});

it('a failed upload ends the others of its item before the item ends', async () => {
	control().addFaults({ kind: 'notRetryable', times: 1, route: 'attachments.upload' });
	const binary = Object.assign({}, ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => file(name)));
	const { items } = await action.run(
		'message.send',
		{ phone: LEAD, body: 'Hello', binaryPropertyNames: 'a,b,c,d,e,f' },
		{
			items: [{ binary }],
			onError: 'continueRegularOutput',
		},
	);
	const before = action.requests().length;
	expect(items[0].json.error).toBeDefined();
	expect(action.requests().filter(({ status }) => status === null)).toEqual([]);
	// Three start side by side; the fourth does not start after the error.
	expect(action.requests('attachments.create').length).toBeLessThanOrEqual(4);
	await control().idle();
	expect(action.requests()).toHaveLength(before);
});

it.each(['/api/v1/attachments/x/upload', 'attachments/x/upload'])(
	'resolves a relative upload_url against the base URL: %s',
	async (upload_url) => {
		const received: string[] = [];
		const server = await serve((request, response) => {
			received.push(`${request.method} ${request.url}`);
			request.resume().on('end', () => respond(response, { attachment_id: 'x', upload_url }));
		});
		const credential = { signingSecret: 'a-secret', baseUrl: `${server.origin}/api/v1` };
		const { error } = await runChert(
			{ resource: 'attachment', operation: 'upload' },
			{ credential, items: [{ binary: file('data') }] },
		);
		await server.close();
		expect(error).toBeUndefined();
		expect(received).toEqual(['POST /api/v1/attachments', 'PUT /api/v1/attachments/x/upload']);
	},
);

it('a file that Chert does not accept is named among the others', async () => {
	const program = file('tool', { mimeType: 'application/x-msdownload', fileName: 'tool.exe' });
	const { error } = await action.run(
		'message.send',
		{ ...WITH_FILE, binaryPropertyNames: 'data, tool' },
		{ items: [{ binary: { ...file('data'), ...program } }] },
	);
	expect(error?.message).toBe('Chert does not accept the file type of the attachment tool.exe');
});

it('uploads count towards the limit of 24 requests: 24 items with 3 files each', async () => {
	let open = 0;
	let most = 0;
	let uploads = 0;
	const server = await serve((request, response) => {
		most = Math.max(most, ++open);
		if (request.method === 'PUT') uploads++;
		request.resume().on('end', () => {
			// Long enough that all that the node sends at once is open together.
			setTimeout(() => {
				open--;
				respond(response, { attachment_id: 'x', status: 'sent' });
			}, 20);
		});
	});
	const credential = { signingSecret: 'a-secret', baseUrl: server.origin };
	const binary = { ...file('a'), ...file('b'), ...file('c') };
	const items = Array.from({ length: 24 }, (_, index) => ({
		json: { phone: phone(index), body: 'Hello' },
		binary,
	}));
	const { error } = await runChert(
		{
			resource: 'message',
			operation: 'send',
			...EACH,
			binaryPropertyNames: 'a,b,c',
		},
		{ credential, items },
	);
	await server.close();
	expect(error).toBeUndefined();
	expect(uploads).toBe(72);
	expect(most).toBe(24);
});
