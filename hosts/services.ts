import { execFile, execFileSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { startChild } from './children';
import { inheritedEnvironment } from './environment';
import { freePort, LOOPBACK } from './ports';
import { untilReady } from './ready';

const run = promisify(execFile);

/** Both usually start within two seconds. */
const START_TIMEOUT_MS = 30_000;

/** Debian installs Postgres outside PATH, in `<version>/bin` of this folder. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** A temporary database or message server. */
export interface Service {
	port: number;
	/** Settings that connect n8n to it. */
	env: Record<string, string>;
	stop(): Promise<void>;
	/** Stops it like a crash. */
	kill(): Promise<void>;
}

/**
 * Starts a Redis that writes nothing to disk.
 * @param folder for its log and working directory
 * @throws {Error} naming the Debian package when Redis is not installed
 */
export async function startRedis(folder: string): Promise<Service> {
	const command = findProgram('redis-server', [], 'redis-server');
	const port = await freePort();
	const child = startChild({
		name: 'Redis',
		command,
		args: [
			'--bind',
			LOOPBACK,
			'--port',
			String(port),
			'--dir',
			folder,
			'--save',
			'',
			'--appendonly',
			'no',
		],
		env: inheritedEnvironment(),
		logFile: join(folder, 'redis.log'),
	});
	await untilReady(child, async () => await pingRedis(port), START_TIMEOUT_MS);
	return {
		port,
		env: { QUEUE_BULL_REDIS_HOST: LOOPBACK, QUEUE_BULL_REDIS_PORT: String(port) },
		stop: async () => await child.stop(),
		kill: async () => await child.kill(),
	};
}

/**
 * Starts a Postgres with a new, empty cluster.
 * @param folder for its log and its data
 * @throws {Error} naming the Debian package when Postgres is not installed, or with initdb's output
 */
export async function startPostgres(folder: string): Promise<Service> {
	const installed = debianPostgresFolders();
	const find = (name: string) => findProgram(name, installed, 'postgresql');
	const [initdb, postgres, pgIsReady] = [find('initdb'), find('postgres'), find('pg_isready')];
	const user = unprivilegedUser();
	const data = join(folder, 'postgres');
	mkdirSync(data, { recursive: true, mode: 0o700 });
	if (user) {
		// Temporary folders are private, but Postgres runs as another user.
		chmodSync(folder, 0o755);
		chownSync(data, user.uid, user.gid);
	}
	const env = inheritedEnvironment();
	await run(initdb, ['-D', data, '-U', 'n8n', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
		...user,
		env,
		cwd: folder,
	});

	const port = await freePort();
	const child = startChild({
		name: 'Postgres',
		command: postgres,
		// No Unix socket and no fsync: the cluster is temporary.
		args: [
			'-D',
			data,
			'-h',
			LOOPBACK,
			'-p',
			String(port),
			'-k',
			'',
			'-F',
			'-c',
			'max_connections=200',
		],
		env,
		cwd: folder,
		logFile: join(folder, 'postgres.log'),
		// On SIGTERM Postgres waits until all clients have disconnected.
		stopSignal: 'SIGINT',
		user,
	});
	const isReady = async () => {
		await run(pgIsReady, ['-h', LOOPBACK, '-p', String(port), '-U', 'n8n'], { env });
		return true;
	};
	await untilReady(child, isReady, START_TIMEOUT_MS);
	return {
		port,
		env: {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: LOOPBACK,
			DB_POSTGRESDB_PORT: String(port),
			DB_POSTGRESDB_USER: 'n8n',
			DB_POSTGRESDB_PASSWORD: 'trusted',
			DB_POSTGRESDB_DATABASE: 'postgres',
		},
		stop: async () => await child.stop(),
		kill: async () => await child.kill(),
	};
}

/**
 * Finds a program on PATH or in one of the folders.
 * @returns its absolute path
 * @throws {Error} with the command that installs it
 */
export function findProgram(name: string, folders: string[], debianPackage: string): string {
	const candidates = [...(process.env.PATH ?? '').split(delimiter), ...folders].map((folder) =>
		join(folder, name),
	);
	const found = candidates.find(isExecutable);
	if (found) return found;
	throw new Error(
		`${name} is not installed on this machine. On Debian or Ubuntu: sudo apt-get install ${debianPackage}`,
	);
}

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** Newest version first. */
function debianPostgresFolders(): string[] {
	try {
		const versions = readdirSync(DEBIAN_POSTGRES).sort((a, b) => Number(b) - Number(a));
		return versions.map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
	} catch {
		return [];
	}
}

/** Postgres refuses to run as root. As root, run it as the user that its package creates. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}

async function pingRedis(port: number): Promise<boolean> {
	return await new Promise((resolve, reject) => {
		const socket = connect(port, LOOPBACK, () => socket.write('PING\r\n'));
		socket.once('error', reject);
		socket.once('data', (response) => {
			socket.destroy();
			resolve(response.toString().startsWith('+PONG'));
		});
	});
}
