import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type Child } from './children';
import { inheritedEnvironment, quietEnvironment } from './environment';
import { ensureHost } from './install';
import { freePort, freePorts, LOOPBACK } from './ports';
import { untilReady } from './ready';
import { createRest, type Rest } from './rest';
import { n8nScript, nodeOf, type HostName, type HostVersion } from './versions';

/** Longest wait for a start: 10 s is usual on an empty SQLite home, migrations on a busy machine take several times that. */
const READY_TIMEOUT_MS = 180_000;

export interface N8nOptions {
	/** Which pinned n8n; it is installed first when it is not there. Default: `n8n-2`. */
	host?: HostName;
	/** N8N_USER_FOLDER. Default: a new temporary folder, which goes away with {@link N8n.stop}. */
	home?: string;
	/** More environment; wins over what this module sets. */
	env?: Record<string, string>;
	/** The wished port; another one is taken when somebody listens there. Default: the system chooses. */
	port?: number;
	/** File for n8n's output. Default: `n8n.log` in the home. */
	logFile?: string;
}

export interface N8n {
	/** `http://127.0.0.1:<port>`: editor, REST interface and webhooks. */
	url: string;
	port: number;
	/** N8N_USER_FOLDER; data, database and packages are in `<home>/.n8n`. */
	home: string;
	/** Path of the file with n8n's output. */
	log: string;
	/** A REST client without a session: set up the owner, or log in, first. */
	rest: Rest;
	/** Ends n8n in its own way. A temporary home is removed, unless `keepHome` is set because n8n will be started on it again. */
	stop(options?: { keepHome?: boolean }): Promise<void>;
	/** Ends n8n as a crash would; the home stays. */
	kill(): Promise<void>;
}

/**
 * Starts one whole n8n (editor, webhooks and executions in one process, on SQLite) on the loopback address and waits
 * until it answers.
 * @throws {Error} with the last lines of n8n's output when it ends before it is ready, or is not ready in 3 minutes
 */
export async function startN8n(options: N8nOptions = {}): Promise<N8n> {
	const host = await ensureHost(options.host ?? 'n8n-2');
	const home = options.home ?? mkdtempSync(join(tmpdir(), 'chert-n8n-'));
	const port = await freePort(options.port);
	const [brokerPort] = await freePorts(1);
	const url = `http://${LOOPBACK}:${port}`;

	const child = startN8nProcess({
		host,
		home,
		name: host.name,
		logFile: options.logFile ?? join(home, 'n8n.log'),
		env: {
			N8N_PORT: String(port),
			N8N_RUNNERS_BROKER_PORT: String(brokerPort),
			WEBHOOK_URL: `${url}/`,
			...options.env,
		},
	});
	await untilReady(child, url, { hasEditor: true, timeoutMs: READY_TIMEOUT_MS });

	return {
		url,
		port,
		home,
		log: child.logFile,
		rest: createRest(url, host.major),
		async stop({ keepHome = false } = {}) {
			await child.stop();
			if (options.home === undefined && !keepHome) rmSync(home, { recursive: true, force: true });
		},
		kill: async () => await child.kill(),
	};
}

export interface N8nProcessOptions {
	host: HostVersion;
	home: string;
	/** What messages call this process. */
	name: string;
	logFile: string;
	env: Record<string, string>;
	/** n8n's command: `start`, `worker` or `webhook`, with its flags. Default: `start`. */
	command?: string[];
}

/** Starts one n8n process and does not wait for it. */
export function startN8nProcess(options: N8nProcessOptions): Child {
	const { host, home, name, logFile, env, command = ['start'] } = options;
	return startChild({
		name,
		command: nodeOf(host),
		args: [n8nScript(host), ...command],
		cwd: home,
		logFile,
		env: {
			...inheritedEnvironment(),
			...quietEnvironment(host.major),
			...host.env,
			N8N_USER_FOLDER: home,
			N8N_HOST: LOOPBACK,
			N8N_LISTEN_ADDRESS: LOOPBACK,
			N8N_SECURE_COOKIE: 'false',
			...env,
		},
	});
}

/** A key for N8N_ENCRYPTION_KEY, where several processes have to share one. */
export function newEncryptionKey(): string {
	return randomBytes(24).toString('hex');
}
