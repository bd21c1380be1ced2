/**
 * `tsx bench/sends/sendServer.ts --port PORT`: responds to `POST /api/v1/send` after 5 ms, so that a measurement shows
 * the cost of the sender. It handles several times as many requests as any sender makes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import fastify from 'fastify';

import { LOOPBACK } from '../../hosts/ports';

/** A fast response from an API in the same region. */
const DELAY_MS = 5;

const RESPONSE = {
	status: 'sent',
	lead_id: '5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
	lead_created: false,
	convo_id: 'e1b4c7d2-9f03-4a65-b8d7-3c2f1a0e5b96',
	phone_line_id: 'a90c5e17-2d84-4b3f-9e60-f1d27b8c4a35',
};

const { port } = parseArgs({ options: { port: { type: 'string' } } }).values;
const app = fastify({ forceCloseConnections: true });
let sent = 0;

app.get('/sent', () => ({ sent }));
app.post('/api/v1/send', async () => {
	await sleep(DELAY_MS);
	return { ...RESPONSE, message_id: String(++sent).padStart(32, '0') };
});

app.listen({ host: LOOPBACK, port: Number(port) }).catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
