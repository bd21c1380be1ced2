import { request as forward, type RequestListener } from 'node:http';

import { BinaryDataService } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';

import { MAX_FILE_BYTES } from '../../../nodes/Chert/input/file';
import { BACKOFF } from '../../../nodes/shared/retry';
import { LEAD, parts, useAction } from '../../support/action';
import { until } from '../../support/until';
import { serve } from '../transport/support';

const action = useAction();

const PICTURE = Buffer.from('a picture');
const CHUNK = Buffer.alloc(1024 * 1024);

/** Headers that reached the file server, by request. */
const received: Array<Record<string, unknown>> = [];

const FILES: Record<string, RequestListener> = {
	'/roof.jpg': (_request, response) =>
		response.setHeader('content-type', 'image/jpeg').end(PICTURE),
	'/photo': (_request, response) =>
		response
			.setHeader('content-type', 'binary/octet-stream')
			.setHeader('content-disposition', 'attachment; filename="kitchen.png"')
			.end(PICTURE),
	'/moved': (_request, response) => response.writeHead(302, { location: '/roof.jpg' }).end(),
	'/loop': (_request, response) => response.writeHead(302, { location: '/loop' }).end(),
	'/page': (_request, response) =>
		response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>Sign in</html>'),
	'/empty.png': (_request, response) => response.setHeader('content-type', 'image/png').end(),
	'/private.png': (_request, response) => response.writeHead(403).end('no'),
	'/busy.png': (_request, response) => response.writeHead(503).end('later'),
	'/announced.mp4': (_request, response) =>
		response
			.writeHead(200, { 'content-type': 'video/mp4', 'content-length': MAX_FILE_BYTES + 1 })
			.write(CHUNK),
	'/endless.mp4': (_request, response) => {
		response.setHeader('content-type', 'video/mp4');
		const write = () => {
			while (response.writable && response.write(CHUNK));
			response.once('drain', write);
		};
		write();
	},
	'/cut.png': (_request, response) => {
		response.writeHead(200, { 'content-type': 'image/png', 'content-length': 1000 });
		response.write(PICTURE, () => response.destroy());
	},
	'/program.exe': (_request, response) =>
		response.setHeader('content-type', 'application/x-msdownload').end(PICTURE),
};

let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
	server = await serve((request, response) => {
		received.push(request.headers);
		const path = new URL(request.url ?? '', 'http://localhost').pathname;
		const file = FILES[path];
		if (file) file(request, response);
		else response.writeHead(404).end();
	});
});
beforeEach(() => (received.length = 0));
afterAll(async () => await server.close());

const urls = (...paths: string[]) => paths.map((path) => server.origin + path).join(', ');

const send = async (fileUrls: string, options: IDataObject = {}) =>
	await action.run('message.send', {
		phone: LEAD,
		body: 'Look',
		options: { fileUrls, ...options },
	});

const attachments = () =>
	action.sandbox.control
		.messages()[0]
		.attachments.map(({ fileName, mimeType }) => [fileName, mimeType]);

it('sends the files at several addresses, under their own names and types', async () => {
	const { error } = await send(urls('/roof.jpg?size=w_400,h_300', '/photo', '/moved'));

	expect(error).toBeUndefined();
	expect(attachments()).toEqual([
		['roof.jpg', 'image/jpeg'],
		['kitchen.png', 'image/png'],
		['moved.jpg', 'image/jpeg'],
	]);
});

it('does not send the credential to the file server', async () => {
	await send(urls('/roof.jpg'));

	const { signingSecret, tenant } = action.sandbox;
	expect(received).toHaveLength(1);
	expect(JSON.stringify(received)).not.toContain(signingSecret);
	expect(JSON.stringify(received)).not.toContain(tenant);
});

it('sends a part from an address, under the name that the user wants', async () => {
	const { chatId } = await action.chat();
	await action.outputOf('message.sendToChat', {
		chatId,
		...parts({ type: 'fileUrl', url: `${server.origin}/roof.jpg`, fileName: 'Your roof.jpg' }),
	});

	expect(action.sandbox.control.messages()[1].attachments).toMatchObject([
		{ fileName: 'Your roof.jpg', mimeType: 'image/jpeg' },
	]);
});

it('downloads nothing before all items are checked', async () => {
	await action.run(
		'message.send',
		{
			phone: '={{ $json.phone }}',
			body: 'Look',
			options: { fileUrls: `${server.origin}/roof.jpg` },
		},
		{ items: [{ json: { phone: LEAD } }, { json: { phone: 'Ana' } }] },
	);

	expect(received).toEqual([]);
});

it.each([
	['/missing.png', 'There is no file at {url} (HTTP 404): check the web address'],
	['/page', '{url} is a web page, not a file: use a direct link to the file'],
	['/empty.png', 'The file at {url} is empty: use another file'],
	['/private.png', 'The file at {url} is not public (HTTP 403): use a public link'],
	['/busy.png', 'The server at {url} responded with HTTP 503: try again later'],
	['/announced.mp4', 'The file at {url} is larger than 100 MB'],
	['/endless.mp4', 'The file at {url} is larger than 100 MB'],
	['/cut.png', 'The download from {url} was cut off: run it again'],
	['/loop', 'The file at {url} could not be downloaded'],
	['/program.exe', 'Chert does not accept the file type of the attachment program.exe'],
])(
	'%s is not sent, and the error says why',
	async (path, sentence) => {
		const { error } = await send(urls(`${path}?token=secret`), { maxRetries: 0 });

		expect(error?.message).toContain(sentence.replace('{url}', server.origin + path));
		expect(`${error?.message} ${error?.description}`).not.toContain('token');
		expect(action.sandbox.control.messages()).toEqual([]);
	},
	30_000,
);

it('says that nobody listens at the address', async () => {
	const { error } = await action.run('message.send', {
		phone: LEAD,
		body: 'Look',
		options: { fileUrls: 'http://127.0.0.1:9/roof.jpg', maxRetries: 0 },
	});

	expect(error?.message).toMatch(
		/^The file at http:\/\/127\.0\.0\.1:9\/roof\.jpg could not be downloaded \(the connection was refused\): check the web address/,
	);
});

describe('a file server that fails at first', () => {
	/** Responds with the failures in turn, then with the file. */
	const failing = (...failures: RequestListener[]): RequestListener => {
		return (request, response) => (failures.shift() ?? FILES['/roof.jpg'])(request, response);
	};

	beforeEach(() => jest.replaceProperty(BACKOFF, 'firstMs', 10));
	afterEach(() => jest.restoreAllMocks());

	it.each([
		['is busy', FILES['/busy.png']],
		['cuts the connection', ((request) => request.destroy()) as RequestListener],
		['cuts the file off', FILES['/cut.png']],
	])('is asked again when it %s', async (_what, failure) => {
		FILES['/later.jpg'] = failing(failure, failure);
		const { error } = await send(urls('/later.jpg'));

		expect(error).toBeUndefined();
		expect(received).toHaveLength(3);
		expect(attachments()).toEqual([['later.jpg', 'image/jpeg']]);
	});

	it('is asked as often as Max Retries allows', async () => {
		const { error } = await send(urls('/busy.png'), { maxRetries: 2 });

		expect(error?.message).toContain('responded with HTTP 503: try again later');
		expect(received).toHaveLength(3);
	});

	it('is not asked before the time that it names', async () => {
		const times: number[] = [];
		FILES['/later.jpg'] = (_request, response) => {
			const headers = { 'content-type': 'image/jpeg', 'retry-after': '1' };
			response.writeHead(times.push(Date.now()) === 1 ? 429 : 200, headers).end(PICTURE);
		};
		expect((await send(urls('/later.jpg'))).error).toBeUndefined();
		expect(times[1] - times[0]).toBeGreaterThanOrEqual(990);
	});

	it.each([
		['/missing.png', 1],
		['/private.png', 1],
		['/page', 1],
		['with its redirects: /loop', 6],
	])('is asked once where a retry cannot help: %s', async (path, requests) => {
		expect((await send(urls(path.replace(/^.* /, '')))).error).toBeDefined();
		expect(received).toHaveLength(requests);
	});
});

it('ends the connection when n8n cannot store the file', async () => {
	let closed = 0;
	FILES['/kept.mp4'] = (request, response) => {
		request.socket.once('close', () => closed++);
		response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': 1000 }).write(PICTURE);
	};
	jest.spyOn(BinaryDataService.prototype, 'store').mockRejectedValue(new Error('ENOSPC'));
	const { error } = await send(urls('/kept.mp4'));
	jest.restoreAllMocks();

	expect(error?.message).toContain('n8n could not store the file');
	await until(() => closed === 1);
});

it('goes through the proxy of the Request Options', async () => {
	const asked: string[] = [];
	const proxy = await serve((request, response) => {
		asked.push(String(request.url));
		const { method, headers } = request;
		request.pipe(
			forward(String(request.url), { method, headers }, (result) => {
				response.writeHead(result.statusCode ?? 502, result.headers);
				result.pipe(response);
			}),
		);
	});
	const { error } = await action.run('message.send', {
		phone: LEAD,
		body: 'Look',
		options: { fileUrls: urls('/roof.jpg') },
		requestOptions: { proxy: proxy.origin },
	});
	await proxy.close();

	expect(error).toBeUndefined();
	expect(asked).toContain(urls('/roof.jpg'));
});
