import { execFile, execFileSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, type Child } from './children';
import { inheritedEnvironment } from './environment';
import { freePort, LOOPBACK } from './ports';
import { until } from './ready';

const run = promisify(execFile);

/** Both answer within a second or two, even on a busy machine in less than this. */
const START_TIMEOUT_MS = 30_000;

/** Where Debian keeps Postgres, outside PATH: `<version>/bin` in here. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** A database or message server that was started for one test run and keeps nothing. */
export interface Service {
	port: number;
	/** Settings with which n8n finds it. */
	env: Record<string, string>;
	stop(): Promise<void>;
	/** Ends it as a crash would. */
	kill(): Promise<void>;
}

/**
 * Starts a Redis that writes nothing to disk.
 * @param folder for its log and working directory
 * @throws {Error} naming the Debian package when there is no Redis on this machine
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
			'--save',
			'',
			'--appendonly',
			'no',
			'--dir',
			folder,
		],
		env: inheritedEnvironment(),
		logFile: join(folder, 'redis.log'),
	});
	await answering(child, async () => await redisAnswers(port));
	return {
		port,
		env: { QUEUE_BULL_REDIS_HOST: LOOPBACK, QUEUE_BULL_REDIS_PORT: String(port) },
		stop: async () => await child.stop(),
		kill: async () => await child.kill(),
	};
}

/**
 * Starts a Postgres on a new, empty cluster.
 * @param folder for its log and its data
 * @throws {Error} naming the Debian package when there is no Postgres on this machine, or with initdb's output
 */
export async function startPostgres(folder: string): Promise<Service> {
	const installed = debianPostgresFolders();
	const find = (name: string) => findProgram(name, installed, 'postgresql');
	const [initdb, postgres, isReady] = [find('initdb'), find('postgres'), find('pg_isready')];
	const user = unprivilegedUser();
	const data = join(folder, 'postgres');
	mkdirSync(data, { recursive: true, mode: 0o700 });
	if (user) {
		// The temporary folder around it is ours alone until now, and Postgres has to pass through it.
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
		// No Unix socket, and nothing forced to disk: the cluster does not outlive the run.
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
		// SIGTERM would wait for every connection to be closed by the other side.
		stopSignal: 'SIGINT',
		user,
	});
	await answering(child, async () => {
		await run(isReady, ['-h', LOOPBACK, '-p', String(port), '-U', 'n8n'], { env });
		return true;
	});
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
 * Absolute path of a program, from PATH or from one of the folders.
 * @throws {Error} with the command that installs it
 */
export function findProgram(name: string, folders: string[], debianPackage: string): string {
	const places = [...(process.env.PATH ?? '').split(delimiter), ...folders].map((folder) =>
		join(folder, name),
	);
	const found = places.find(isExecutable);
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

/** The newest version first. */
function debianPostgresFolders(): string[] {
	try {
		const versions = readdirSync(DEBIAN_POSTGRES).sort((a, b) => Number(b) - Number(a));
		return versions.map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
	} catch {
		return [];
	}
}

/** Postgres refuses to run as root, so that in a container it runs as the user that its package has made. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}

async function answering(child: Child, probe: () => Promise<boolean>): Promise<void> {
	await until(probe, {
		what: `An answer of ${child.name}`,
		timeoutMs: START_TIMEOUT_MS,
		giveUp() {
			if (child.exitCode() === undefined) return;
			throw new Error(
				`${child.name} ended with status ${child.exitCode()}:\n${child.tail(15)}\nThe whole log: ${child.logFile}`,
			);
		},
	});
}

async function redisAnswers(port: number): Promise<boolean> {
	return await new Promise((resolve, reject) => {
		const socket = connect(port, LOOPBACK, () => socket.write('PING\r\n'));
		socket.once('error', reject);
		socket.once('data', (answer) => {
			socket.destroy();
			resolve(answer.toString().startsWith('+PONG'));
		});
	});
}
