/**
 * `tsx bench/sends/server.ts PORT`: answers `POST …/send` after 5 ms and does nothing else, so that a measurement tells
 * what the sender costs. It takes part of no measurement: it answers several times as many requests as any sender makes.
 */
import fastify from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';

import { LOOPBACK } from '../../hosts/ports';

/** A fast answer of an API in the same region. */
const DELAY_MS = 5;

const ANSWER = {
	status: 'sent',
	lead_id: '5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
	lead_created: false,
	convo_id: 'e1b4c7d2-9f03-4a65-b8d7-3c2f1a0e5b96',
	phone_line_id: 'a90c5e17-2d84-4b3f-9e60-f1d27b8c4a35',
};

const app = fastify({ forceCloseConnections: true });
let sent = 0;

app.get('/sent', () => ({ sent }));
app.post('/api/v1/send', async () => {
	await sleep(DELAY_MS);
	return { ...ANSWER, message_id: String(++sent).padStart(32, '0') };
});

app.listen({ host: LOOPBACK, port: Number(process.argv[2]) }).catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
