/**
 * Raw undici, in a process of its own: what the network and the disk allow. Each line on standard input is a transfer
 * `{ direction: 'upload' | 'download', file, url, headers }`; each is answered with `{ from, to }`, milliseconds since 1970.
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
		if (statusCode >= 300) throw new Error(`answered ${statusCode}`);
		return;
	}
	const { statusCode, body } = await request(url, { headers });
	if (statusCode >= 300) throw new Error(`answered ${statusCode}`);
	await pipeline(body, createWriteStream(file));
}

createInterface({ input: process.stdin }).on('line', async (line) => {
	const from = Date.now();
	await transfer(JSON.parse(line));
	process.stdout.write(`${JSON.stringify({ from, to: Date.now() })}\n`);
});
