import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type Child } from './children';
import { inheritedEnvironment, quietEnvironment } from './environment';
import { ensureHost } from './install';
import { installPackage } from './installPackage';
import { freePort, LOOPBACK } from './ports';
import { isN8nReady, untilReady } from './ready';
import { createRest, type Owner, type Rest } from './rest';
import { n8nScript, nodeOf, type HostName, type HostVersion } from './versions';

/** A start with an empty SQLite database takes about 10 s, and several times that on a busy machine. */
const READY_TIMEOUT_MS = 180_000;

/** The owner of each n8n that is started without another one. */
export const OWNER: Owner = {
	email: 'owner@example.com',
	password: 'Chert-demo-1',
	firstName: 'Ana',
	lastName: 'Lopez',
};

export interface N8nOptions {
	/** The pinned n8n, installed when missing. Default: `n8n-2`. */
	host?: HostName;
	/** N8N_USER_FOLDER. Default: a temporary folder that {@link N8n.stop} removes. */
	home?: string;
	/** More environment variables; they override the defaults. */
	env?: Record<string, string>;
	/** Default: a free port. */
	port?: number;
	/** File for n8n's output. Default: `n8n.log` in the home. */
	logFile?: string;
	/** Default: {@link OWNER}. */
	owner?: Owner;
	/** Whether to install the built package in the home first. */
	withChert?: boolean;
}

export interface N8n {
	/** `http://127.0.0.1:<port>`: editor, REST interface and webhooks. */
	url: string;
	port: number;
	/** N8N_USER_FOLDER; data, database and packages are in `<home>/.n8n`. */
	home: string;
	/** Path of the file that holds n8n's output. */
	log: string;
	/** A REST client, signed in as the owner. */
	rest: Rest;
	/** Stops n8n gracefully. Removes a temporary home, unless `keepHome` is set. */
	stop(options?: { keepHome?: boolean }): Promise<void>;
	/** Kills n8n like a crash; the home stays. */
	kill(): Promise<void>;
}

/**
 * Starts n8n (editor, webhooks and executions in one process, with SQLite) on the loopback address, waits until it is
 * ready, and signs in.
 * @throws {Error} with the last lines of n8n's output when it ends early or is not ready within 3 minutes
 */
export async function startN8n(options: N8nOptions = {}): Promise<N8n> {
	const host = await ensureHost(options.host ?? 'n8n-2');
	const home = options.home ?? mkdtempSync(join(tmpdir(), 'chert-n8n-'));
	const port = options.port ?? (await freePort());
	const url = `http://${LOOPBACK}:${port}`;
	if (options.withChert) await installPackage(home);

	const child = startN8nProcess({
		host,
		home,
		name: host.name,
		logFile: options.logFile ?? join(home, 'n8n.log'),
		env: {
			N8N_PORT: String(port),
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			WEBHOOK_URL: `${url}/`,
			...options.env,
		},
	});
	await untilReady(child, async () => await isN8nReady(url, true), READY_TIMEOUT_MS);
	const rest = createRest(url, host.major);
	await rest.signIn(options.owner ?? OWNER);

	return {
		url,
		port,
		home,
		log: child.logFile,
		rest,
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
	/** Name of this process in messages. */
	name: string;
	logFile: string;
	env: Record<string, string>;
	/** The n8n command with its flags: `start` (default), `worker` or `webhook`. */
	command?: string[];
}

/** Starts one n8n process without waiting until it is ready. */
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

/** A value for N8N_ENCRYPTION_KEY, which the processes of one installation share. */
export function newEncryptionKey(): string {
	return randomBytes(24).toString('hex');
}
