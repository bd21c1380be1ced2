import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import { installPackages, runNpm, withProgress } from '../scripts/installer';
import { hostVersion, nodeHeaders, nodeOf, type HostName, type HostVersion } from './versions';

/** Milliseconds after which a lock whose owner no longer renews it is stale. */
const LOCK_STALE_MS = 15_000;

const LOCK_POLL_MS = 500;

type Log = (line: string) => void;

/**
 * Installs a pinned n8n into hosts/<name>/node_modules unless it matches its lockfile. Parallel calls, also in other
 * processes, wait for each other.
 * @param log receives the progress lines; default: standard output
 * @throws {Error} with npm's reason and the path of its log
 */
export async function ensureHost(name: HostName, log?: Log): Promise<HostVersion> {
	const host = hostVersion(name);
	await ensureInstalled(host, log);
	return host;
}

/** Like {@link ensureHost} for a host in any folder. Returns whether it installed anything. */
export async function ensureInstalled(host: HostVersion, log?: Log): Promise<boolean> {
	if (isInstalled(host)) return false;
	const release = await lockFolder(host, log);
	try {
		if (isInstalled(host)) return false;
		await install(host, log);
		return true;
	} finally {
		await release();
	}
}

/** Whether the host matches its lockfile, with native parts for this machine. */
function isInstalled(host: HostVersion): boolean {
	const file = stampFile(host);
	return existsSync(file) && readFileSync(file, 'utf8') === stampOf(host);
}

/**
 * Fetches the packages without their install scripts, because some of n8n's 2,000 packages do not build everywhere and
 * no test needs them. Then builds only the native packages that n8n needs.
 */
async function install(host: HostVersion, log?: Log): Promise<void> {
	const rebuild = async (packages: string[], env?: NodeJS.ProcessEnv) =>
		await runNpm(['rebuild', ...packages, '--ignore-scripts=false'], host.folder, env);
	const step = async (title: string, task: () => Promise<void>) =>
		await withProgress(`${host.name}: ${title}`, task, log);

	await step('fetching packages', async () => await installPackages(host.folder));
	if (host.hasOwnNode) {
		await step('fetching its Node.js', async () => await rebuild(['node']));
	}
	await step(
		'building native packages',
		async () => await rebuild(host.nativePackages, buildEnvironment(host)),
	);
	// `npm ci` empties node_modules first, and so removes an outdated stamp.
	writeFileSync(stampFile(host), stampOf(host));
}

/** Native packages must be built by the Node.js that loads them: npm from PATH, run by the host's own Node.js. */
function buildEnvironment(host: HostVersion): NodeJS.ProcessEnv | undefined {
	if (!host.hasOwnNode) return undefined;
	const headers = nodeHeaders(host);
	return {
		...process.env,
		npm_execpath: undefined,
		PATH: [dirname(nodeOf(host)), process.env.PATH].join(delimiter),
		...(headers && { npm_config_nodedir: headers }),
	};
}

async function lockFolder(host: HostVersion, log?: Log): Promise<() => Promise<void>> {
	const settings = { stale: LOCK_STALE_MS, lockfilePath: join(host.folder, '.installing.lock') };
	try {
		return await lock(host.folder, settings);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
	}
	const retries = { forever: true, minTimeout: LOCK_POLL_MS, maxTimeout: LOCK_POLL_MS };
	return await withProgress(
		`${host.name}: waiting for another installation`,
		async () => await lock(host.folder, { ...settings, retries }),
		log,
	);
}

function stampFile(host: HostVersion): string {
	return join(host.folder, 'node_modules', '.complete');
}

/** Changes with the lockfile, and with the platform of the native packages. */
function stampOf(host: HostVersion): string {
	const hash = createHash('sha256')
		.update(readFileSync(join(host.folder, 'package-lock.json')))
		.digest('hex');
	const builtFor = host.hasOwnNode ? 'own' : process.versions.modules;
	return `${hash} ${process.platform} ${process.arch} node-abi-${builtFor}\n`;
}
