import { readRequestOptions } from '../../../../nodes/Chert/transport/requestOptions';

const batchesOf = (batch: object) => readRequestOptions({ batching: { batch } }).batches;

it.each([
	{ batchSize: 5, size: 5 },
	{ batchSize: '5', size: 5 },
	{ batchSize: 2.5, size: 2 },
	{ batchSize: 0, size: 1 },
	{ batchSize: 'two', size: 1 },
	{ batchSize: undefined, size: 1 },
])('reads the batch size $batchSize as $size', ({ batchSize, size }) => {
	expect(batchesOf({ batchSize, batchInterval: 100 })).toEqual({ size, pauseMs: 100 });
});

it.each([
	{ batchSize: -1, batchInterval: 100 },
	{ batchSize: 5, batchInterval: 0 },
	{ batchSize: 5 },
	{},
])('has no batches for %j', (batch) => {
	expect(batchesOf(batch)).toBeUndefined();
});

it.each([
	['http://proxy.example:3128', { protocol: 'http', host: 'proxy.example', port: 3128 }],
	['https://proxy.example', { protocol: 'https', host: 'proxy.example', port: 443 }],
	[
		'http://ana:a%40b@10.0.0.1',
		{ protocol: 'http', host: '10.0.0.1', port: 80, auth: { username: 'ana', password: 'a@b' } },
	],
	[
		'http://ana:100%@10.0.0.1',
		{ protocol: 'http', host: '10.0.0.1', port: 80, auth: { username: 'ana', password: '100%' } },
	],
])('uses the proxy %s', (proxy, expected) => {
	expect(readRequestOptions({ proxy }).connection).toMatchObject({ proxy: expected });
});

it.each([
	['proxy.example:3128', 'proxy.example:3128'],
	['ftp://proxy.example', 'ftp://proxy.example'],
	['http//ana:secret@10.0.0.1:3128', '10.0.0.1:3128'],
])('rejects the proxy %s without showing its password', (proxy, shown) => {
	expect(() => readRequestOptions({ proxy })).toThrow(
		`Proxy "${shown}" in Request Options is not an address: enter it in full, e.g. http://proxy.example:3128`,
	);
});

it.each([
	[{}, false],
	[undefined, false],
	[{ allowUnauthorizedCerts: false }, false],
	[{ allowUnauthorizedCerts: true }, true],
])('skips the check of certificates only when the user says so: %j', (value, skips) => {
	expect(readRequestOptions(value).connection?.skipSslCertificateValidation).toBe(skips);
});
