import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import { startChild } from './children';
import { hostVersion, nodeHeaders, nodeOf, type HostName, type HostVersion } from './versions';

/** Seconds between two "still installing" lines: often enough that nobody takes a slow network for a hang. */
const HEARTBEAT_SECONDS = 10;

/** Milliseconds after which a lock whose holder has gone silent may be taken over. */
const LOCK_STALE_MS = 15_000;

/** How often somebody who waits for the lock looks again, in milliseconds. */
const LOCK_POLL_MS = 500;

/** How many lines of the log an error shows. */
const ERROR_LINES = 15;

export interface InstallOptions {
	/** Receives a line at the start and the end of each step, and one every 10 s between. Default: standard output. */
	log?: (line: string) => void;
	/** Told what is being done, instead of `log`, by a caller that shows the passing time itself. */
	tell?: (activity: string) => void;
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
export async function ensureHost(
	name: HostName,
	options: InstallOptions = {},
): Promise<HostVersion> {
	const host = hostVersion(name);
	await ensureInstalled(host, options);
	return host;
}

/** The same for a host in any folder; gives whether it had to install. */
export async function ensureInstalled(
	host: HostVersion,
	options: InstallOptions = {},
): Promise<boolean> {
	if (isInstalled(host)) return false;
	const release = await lockFolder(host, options);
	try {
		if (isInstalled(host)) return false;
		await install(host, options);
		return true;
	} finally {
		await release();
	}
}

/** Whether the host is installed as its lockfile says, on this kind of machine. */
export function isInstalled(host: HostVersion): boolean {
	const file = stampFile(host);
	return existsSync(file) && readFileSync(file, 'utf8') === stampOf(host);
}

async function install(host: HostVersion, options: InstallOptions): Promise<void> {
	const logFile = join(host.folder, '..', '..', '.cache', 'logs', `install-${host.name}.log`);
	mkdirSync(join(logFile, '..'), { recursive: true });
	writeFileSync(logFile, '');

	for (const step of steps(host)) {
		await reported(host, step.title, options, async () => await runNpm(host, step, logFile));
	}
	// `npm ci` empties node_modules first, so that a stamp in there cannot outlive what it stands for.
	writeFileSync(stampFile(host), stampOf(host));
}

/** Does something long and says so: what, for how long already, and that it is over. */
async function reported<T>(
	host: HostVersion,
	title: string,
	options: InstallOptions,
	work: () => Promise<T>,
): Promise<T> {
	const { tell, log = tell ? () => undefined : console.log } = options;
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	tell?.(title);
	log(`${host.name}: ${title} ...`);
	const heartbeat = setInterval(
		() => log(`${host.name}: still ${title}, ${seconds()} s`),
		HEARTBEAT_SECONDS * 1000,
	);
	try {
		const result = await work();
		log(`${host.name}: ${title} took ${seconds()} s`);
		return result;
	} finally {
		clearInterval(heartbeat);
	}
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
			...(host.hasOwnNode
				? { PATH: [dirname(nodeOf(host)), process.env.PATH].join(delimiter) }
				: {}),
			...(headers ? { npm_config_nodedir: headers } : {}),
		},
	};
}

async function runNpm(
	host: HostVersion,
	{ title, args, env }: Step,
	logFile: string,
): Promise<void> {
	const inherited = Object.entries(process.env).filter(
		(entry): entry is [string, string] => entry[1] !== undefined,
	);
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

async function lockFolder(
	host: HostVersion,
	options: InstallOptions,
): Promise<() => Promise<void>> {
	const settings = { stale: LOCK_STALE_MS, lockfilePath: join(host.folder, '.installing.lock') };
	try {
		return await lock(host.folder, settings);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
	}
	const untilFree = { forever: true, minTimeout: LOCK_POLL_MS, maxTimeout: LOCK_POLL_MS };
	return await reported(
		host,
		'waiting for an installation that is under way',
		options,
		async () => {
			return await lock(host.folder, { ...settings, retries: untilFree });
		},
	);
}

function stampFile(host: HostVersion): string {
	return join(host.folder, 'node_modules', '.complete');
}

/** Changes with the lockfile, and with what the native parts were built for. */
function stampOf(host: HostVersion): string {
	const hash = createHash('sha256')
		.update(readFileSync(join(host.folder, 'package-lock.json')))
		.digest('hex');
	const builtFor = host.hasOwnNode ? 'own' : process.versions.modules;
	return `${hash} ${process.platform} ${process.arch} node-abi-${builtFor}\n`;
}
