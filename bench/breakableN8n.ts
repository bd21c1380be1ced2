import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { reusablePort } from '../hosts/ports';
import { installPackage } from '../hosts/installPackage';
import { OWNER, startN8n, type N8n } from '../hosts/n8n';
import { startQueue, type Queue, type QueueProcess } from '../hosts/queue';
import type { Rest } from '../hosts/rest';

/** How a process of n8n ends: by SIGKILL, or gracefully. */
export type End = 'kill' | 'stop';

/** An n8n with the package whose processes end and start again, whichever way it is built. */
export interface BreakableN8n {
	rest(): Rest;
	/** Where deliveries go; the first one is the public address. */
	addresses(): string[];
	/** N8N_USER_FOLDER of each of its processes. */
	homes: string[];
	/** Ends one of its processes and starts it again. */
	endOne(round: number, end: End): Promise<void>;
	stop(): Promise<void>;
}

/** One process with SQLite. Build the package first. */
export async function startBreakableN8n(env: Record<string, string> = {}): Promise<BreakableN8n> {
	const home = mkdtempSync(join(tmpdir(), 'chert-breakable-'));
	await installPackage(home);
	const port = await reusablePort();
	let n8n: N8n = await startN8n({ home, port, env });
	return {
		rest: () => n8n.rest,
		addresses: () => [n8n.url],
		homes: [home],
		async endOne(_round, end) {
			await (end === 'kill' ? n8n.kill() : n8n.stop());
			n8n = await startN8n({ home, port, env });
		},
		async stop() {
			await n8n.stop();
			rmSync(home, { recursive: true, force: true });
		},
	};
}

export interface BreakableQueueOptions {
	/** The processes that end, by turns. */
	victims: (queue: Queue) => QueueProcess[];
	/** How a worker ends where the others are killed. Default: `kill`. */
	workersEnd?: End;
	env?: Record<string, string>;
}

/** Queue mode: one main process, two workers and two webhook processors. Build the package first. */
export async function startBreakableQueue({
	victims,
	workersEnd = 'kill',
	env,
}: BreakableQueueOptions): Promise<BreakableN8n> {
	const queue = await startQueue({
		workers: 2,
		webhookProcessors: 2,
		prepareHome: installPackage,
		env: {
			// A job whose worker died is noticed in 20 s instead of 60.
			QUEUE_WORKER_LOCK_DURATION: '20000',
			QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
			QUEUE_WORKER_STALLED_INTERVAL: '5000',
			// Minutes. When the process that waits for such a job dies as well, n8n lists the run as crashed within three
			// hours.
			N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '1',
			...env,
		},
	});
	await queue.rest.signIn(OWNER);
	return {
		rest: () => queue.rest,
		addresses: () => queue.webhookProcessors.map(({ url }) => url),
		homes: [queue.main, ...queue.workers, ...queue.webhookProcessors].map(({ home }) => home),
		async endOne(round, end) {
			const list = victims(queue);
			const victim = list[round % list.length];
			const isWorker = queue.workers.includes(victim);
			await victim[end === 'kill' && isWorker ? workersEnd : end]();
			await victim.start();
		},
		stop: async () => await queue.stop(),
	};
}
