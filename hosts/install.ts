import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { lock } from 'proper-lockfile';
import { startChild } from './children';
import { hostVersion, nodeFolder, nodeHeaders, type HostName, type HostVersion } from './versions';

/** Seconds between two "still installing" lines: often enough that nobody takes a slow network for a hang. */
const HEARTBEAT_SECONDS = 10;

/** Milliseconds after which a lock whose holder has gone silent may be taken over. */
const LOCK_STALE_MS = 15_000;

/** How many lines of the log an error shows. */
const ERROR_LINES = 15;

export interface InstallOptions {
	/** Receives one line per step and one every 10 s of waiting. Default: standard output. */
	log?: (line: string) => void;
}

interface Step {
	title: string;
	args: string[];
	env?: Record<string, string>;
}

/**
 * Installs a pinned n8n into hosts/<name>/node_modules, unless exactly what its lockfile says is there already.
 * Calls side by side, in other processes too, wait for each other.
 * @throws {Error} naming the step that failed, npm's last lines and the log file
 */
export async function ensureHost(name: HostName, options: InstallOptions = {}): Promise<HostVersion> {
	const host = hostVersion(name);
	if (isInstalled(host)) return host;
	const { log = console.log } = options;

	const release = await lockFolder(host, log);
	try {
		if (!isInstalled(host)) await install(host, log);
	} finally {
		await release();
	}
	return host;
}

/** Whether the host is installed as its lockfile says, on this kind of machine. */
export function isInstalled(host: HostVersion): boolean {
	const file = stampFile(host);
	return existsSync(file) && readFileSync(file, 'utf8') === stampOf(host);
}

async function install(host: HostVersion, log: (line: string) => void): Promise<void> {
	const logFile = join(host.folder, '..', '..', '.cache', 'logs', `install-${host.name}.log`);
	mkdirSync(join(logFile, '..'), { recursive: true });
	writeFileSync(logFile, '');

	for (const step of steps(host)) {
		const seconds = stopwatch();
		log(`${host.name}: ${step.title} ...`);
		const heartbeat = setInterval(() => log(`${host.name}: still ${step.title}, ${seconds()} s`), HEARTBEAT_SECONDS * 1000);
		try {
			await runNpm(host, step, logFile);
		} finally {
			clearInterval(heartbeat);
		}
		log(`${host.name}: ${step.title} took ${seconds()} s`);
	}
	// `npm ci` empties node_modules first, so that a stamp in there cannot outlive what it stands for.
	writeFileSync(stampFile(host), stampOf(host));
}

/**
 * Scripts are off while packages are fetched, because some of n8n's 2,000 packages build things that no test needs and
 * that do not build everywhere; then exactly those that n8n needs are built.
 */
function* steps(host: HostVersion): Generator<Step> {
	yield { title: 'fetching packages', args: ['ci', '--ignore-scripts', '--no-fund', '--no-audit'] };
	if (host.hasOwnNode) {
		yield { title: 'fetching its Node.js', args: ['rebuild', 'node', '--ignore-scripts=false'] };
	}
	const headers = nodeHeaders(host);
	yield {
		title: 'building native parts',
		args: ['rebuild', ...host.nativePackages, '--ignore-scripts=false'],
		env: {
			PATH: [nodeFolder(host), process.env.PATH].join(delimiter),
			...(headers ? { npm_config_nodedir: headers } : {}),
		},
	};
}

async function runNpm(host: HostVersion, { title, args, env }: Step, logFile: string): Promise<void> {
	const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
	const npm = startChild({
		name: 'npm',
		command: 'npm',
		args,
		cwd: host.folder,
		// All of it: registry, proxy and certificates may be set there.
		env: { ...Object.fromEntries(inherited), ...env },
		logFile,
	});
	await npm.ended;
	if (npm.exitCode() === 0) return;
	throw new Error(
		`${host.name}: ${title} did not work: npm ${args[0]} ended with status ${npm.exitCode()}\n${npm.tail(ERROR_LINES)}\nThe whole log: ${logFile}`,
	);
}

async function lockFolder(host: HostVersion, log: (line: string) => void): Promise<() => Promise<void>> {
	const options = { stale: LOCK_STALE_MS, lockfilePath: join(host.folder, '.installing.lock') };
	try {
		return await lock(host.folder, options);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
	}
	log(`${host.name}: waiting for an installation that is under way`);
	const untilFree = { forever: true, minTimeout: 500, maxTimeout: 500 };
	return await lock(host.folder, { ...options, retries: untilFree });
}

function stampFile(host: HostVersion): string {
	return join(host.folder, 'node_modules', '.complete');
}

/** Changes with the lockfile, and with what the native parts were built for. */
function stampOf(host: HostVersion): string {
	const hash = createHash('sha256').update(readFileSync(join(host.folder, 'package-lock.json'))).digest('hex');
	const builtFor = host.hasOwnNode ? 'own' : process.versions.modules;
	return `${hash} ${process.platform} ${process.arch} node-abi-${builtFor}\n`;
}

function stopwatch(): () => number {
	const started = Date.now();
	return () => Math.round((Date.now() - started) / 1000);
}
