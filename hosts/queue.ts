import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Child } from './children';
import { ensureHost } from './install';
import { newEncryptionKey, startN8nProcess } from './n8n';
import { freePort, freePorts, LOOPBACK } from './ports';
import { isN8nReady, untilReady } from './ready';
import { createRest, type Rest } from './rest';
import { startPostgres, startRedis, type Service } from './services';
import type { HostName } from './versions';

/** The first process also migrates an empty database. */
const READY_TIMEOUT_MS = 240_000;

/** Executions that one worker runs at a time. */
const WORKER_CONCURRENCY = 5;

export interface QueueOptions {
	/** The pinned n8n, installed when missing. Default: `n8n-2`. */
	host?: HostName;
	/** Number of workers. Default: 1. */
	workers?: number;
	/** Number of webhook processors. Default: 1. */
	webhookProcessors?: number;
	/** Prepares the home of each process before its first start, e.g. installs a package there. */
	prepareHome?: (home: string) => Promise<void>;
	/** More environment variables for each n8n process; they override the defaults. */
	env?: Record<string, string>;
}

/** One process of the installation. It can stop and start again with the same home and port. */
export interface QueueProcess {
	/** `main`, `worker-1`, `webhook-1`, … */
	name: string;
	url: string;
	home: string;
	log: string;
	isRunning(): boolean;
	/** Starts it and waits until it is ready. */
	start(): Promise<void>;
	stop(): Promise<void>;
	/** Kills it like a crash. */
	kill(): Promise<void>;
}

export interface Queue {
	main: QueueProcess;
	workers: QueueProcess[];
	webhookProcessors: QueueProcess[];
	redis: Service;
	postgres: Service;
	/** A REST client of the main process, without a session. */
	rest: Rest;
	/** Base URL of production webhooks: the first webhook processor. */
	webhookUrl: string;
	/** Folder of the homes, the logs and the database; `stop` removes it. */
	folder: string;
	/** Stops all processes and removes the folder. */
	stop(): Promise<void>;
}

/**
 * Starts n8n in queue mode: Postgres, Redis, one main process, workers and webhook processors. Each has its own home
 * and a free loopback port.
 * @throws {Error} naming the Debian package of a missing Redis or Postgres; with log lines if a process fails to start
 */
export async function startQueue(options: QueueOptions = {}): Promise<Queue> {
	const { workers: workerCount = 1, webhookProcessors: webhookCount = 1, prepareHome } = options;
	const host = await ensureHost(options.host ?? 'n8n-2');
	const folder = mkdtempSync(join(tmpdir(), 'chert-queue-'));
	const services: Service[] = [];
	const processes: QueueProcess[] = [];

	async function stop(): Promise<void> {
		await Promise.all(processes.map(async (each) => await each.stop()));
		await Promise.all(services.map(async (each) => await each.stop()));
		rmSync(folder, { recursive: true, force: true });
	}

	try {
		const redis = await startRedis(folder);
		services.push(redis);
		const postgres = await startPostgres(folder);
		services.push(postgres);

		const names = {
			main: ['main'],
			worker: Array.from({ length: workerCount }, (_, index) => `worker-${index + 1}`),
			webhook: Array.from({ length: webhookCount }, (_, index) => `webhook-${index + 1}`),
		};
		const ports = await freePorts(1 + workerCount + webhookCount);
		const webhookUrl = `http://${LOOPBACK}:${webhookCount > 0 ? ports[1 + workerCount] : ports[0]}`;
		const shared = {
			...redis.env,
			...postgres.env,
			N8N_ENCRYPTION_KEY: newEncryptionKey(),
			EXECUTIONS_MODE: 'queue',
			OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
			...(webhookCount > 0 ? { N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true' } : {}),
			WEBHOOK_URL: `${webhookUrl}/`,
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			N8N_WORKER_SERVER_ADDRESS: LOOPBACK,
			// No node here uses task runners, which add one more process to each of these.
			N8N_RUNNERS_MODE: 'external',
			N8N_RUNNERS_AUTH_TOKEN: randomBytes(16).toString('hex'),
			...options.env,
		};

		function define(name: string, port: number, command: string[]): QueueProcess {
			const home = join(folder, name);
			const logFile = join(folder, `${name}.log`);
			const url = `http://${LOOPBACK}:${port}`;
			let child: Child | undefined;
			mkdirSync(home);
			return {
				name,
				url,
				home,
				log: logFile,
				isRunning: () => child !== undefined && child.exitCode() === undefined,
				async start() {
					const env = {
						...shared,
						N8N_PORT: String(port),
						QUEUE_HEALTH_CHECK_PORT: String(port),
						N8N_RUNNERS_BROKER_PORT: String(await freePort()),
					};
					child = startN8nProcess({ host, home, name, logFile, command, env });
					const hasEditor = name === 'main';
					await untilReady(child, async () => await isN8nReady(url, hasEditor), READY_TIMEOUT_MS);
				},
				stop: async () => await child?.stop(),
				kill: async () => await child?.kill(),
			};
		}

		const main = define('main', ports[0], ['start']);
		const workers = names.worker.map((name, index) =>
			define(name, ports[1 + index], ['worker', `--concurrency=${WORKER_CONCURRENCY}`]),
		);
		const webhookProcessors = names.webhook.map((name, index) =>
			define(name, ports[1 + workerCount + index], ['webhook']),
		);
		processes.push(main, ...workers, ...webhookProcessors);
		for (const { home } of processes) await prepareHome?.(home);

		// The main process migrates the database before the others use it.
		await main.start();
		await Promise.all([...workers, ...webhookProcessors].map(async (each) => await each.start()));
		return {
			main,
			workers,
			webhookProcessors,
			redis,
			postgres,
			rest: createRest(main.url, host.major),
			webhookUrl,
			folder,
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}
