/**
 * Transfers files with undici in its own process: the limit set by the network and the disk. Each line of standard
 * input is a transfer, `{ direction: 'upload' | 'download', file, url, headers }`. For each it prints `{ from, to }`,
 * in milliseconds since 1970.
 */
const { createReadStream, createWriteStream, statSync } = require('node:fs');
const { createInterface } = require('node:readline');
const { pipeline } = require('node:stream/promises');
const { request } = require('undici');

async function transfer({ direction, file, url, headers }) {
	if (direction === 'upload') {
		const length = { 'content-length': String(statSync(file).size) };
		const { statusCode, body } = await request(url, {
			method: 'PUT',
			headers: { ...headers, ...length },
			body: createReadStream(file),
		});
		await body.dump();
		if (statusCode >= 300) throw new Error(`The ${direction} returned ${statusCode}`);
		return;
	}
	const { statusCode, body } = await request(url, { headers });
	if (statusCode >= 300) throw new Error(`The ${direction} returned ${statusCode}`);
	await pipeline(body, createWriteStream(file));
}

createInterface({ input: process.stdin }).on('line', async (line) => {
	const from = Date.now();
	await transfer(JSON.parse(line));
	process.stdout.write(`${JSON.stringify({ from, to: Date.now() })}\n`);
});
