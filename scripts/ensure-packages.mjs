/**
 * What `npm test` and `npm start` do before anything else on a fresh clone: install the packages that a folder's
 * lockfile names. Only what Node.js itself brings may be imported here, because nothing is installed yet.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The oldest Node.js that every pinned tool runs on: `engines.node` of package.json. */
const OLDEST_NODE = [20, 15];

/** Seconds between two "still installing" lines: often enough that nobody takes a slow network for a hang. */
const HEARTBEAT_SECONDS = 10;

/** How many of npm's error lines are shown: the first ones say why, then comes general help. The log has them all. */
const ERROR_LINES = 12;

/**
 * Ends the process with one sentence if this Node.js is too old for the tools.
 * @returns {void}
 */
export function requireNode() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	const [oldestMajor, oldestMinor] = OLDEST_NODE;
	if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
	console.error(
		`Node.js ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`,
	);
	process.exit(1);
}

/**
 * Which packages of the lockfile are absent from node_modules or there in another version.
 * npm writes node_modules/.package-lock.json last, so that an interrupted installation counts as absent; reading it
 * (rather than a stamp of our own) also sees what somebody installed by hand.
 * @param {string} folder absolute path of a folder that holds package-lock.json
 * @returns {string[]} their paths, such as `node_modules/jest`; empty when all is in place
 */
export function missingPackages(folder) {
	const wanted = readPackages(join(folder, 'package-lock.json'));
	const hidden = join(folder, 'node_modules', '.package-lock.json');
	const installed = existsSync(hidden) ? readPackages(hidden) : {};
	return Object.entries(wanted)
		.filter(
			([path, entry]) =>
				path.includes('node_modules/') && !isInstalled(path, entry, installed[path]),
		)
		.map(([path]) => path);

	function isInstalled(path, entry, found) {
		// Optional packages are mostly other platforms' binaries, which npm leaves out.
		if (!found) return Boolean(entry.optional || entry.devOptional);
		return entry.link || (found.version === entry.version && existsSync(join(folder, path)));
	}
}

/**
 * Installs the packages of a folder with `npm ci --ignore-scripts` if they are not as its lockfile says.
 * @param {string} folder absolute path of a folder that holds package.json and package-lock.json
 * @param {{ label?: string, args?: string[], log?: (line: string) => void }} [options] what the progress lines call it;
 *   more arguments for `npm ci`; where the lines go (default: standard output)
 * @returns {Promise<boolean>} true when it had to install
 * @throws {Error} naming the folder, npm's reason and the log file
 */
export async function ensurePackages(folder, options = {}) {
	const { label = 'development packages', args = [], log = console.log } = options;
	const missing = missingPackages(folder);
	if (missing.length === 0) return false;

	log(`Installing ${label} (${missing.length} to fetch) ...`);
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	const heartbeat = setInterval(
		() => log(`  still installing ${label}, ${seconds()} s`),
		HEARTBEAT_SECONDS * 1000,
	);
	try {
		await runLogged(['ci', '--ignore-scripts', '--no-fund', '--no-audit', ...args], folder);
	} finally {
		clearInterval(heartbeat);
	}
	log(`Installed ${label} in ${seconds()} s.`);
	return true;
}

function readPackages(lockfile) {
	return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

/** Runs npm with its output in .cache/logs; rejects with npm's own reason. */
async function runLogged(args, folder) {
	const name = (relative(ROOT, folder) || 'root').replaceAll(/[^\w.-]+/g, '-');
	const logFile = join(ROOT, '.cache', 'logs', `npm-${name}.log`);
	mkdirSync(dirname(logFile), { recursive: true });
	const logStream = createWriteStream(logFile);

	const child = spawnNpm(args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8');
		stream.on('data', (text) => {
			output += text;
			logStream.write(text);
		});
	}
	const status = await new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', resolve);
	});
	logStream.end();
	if (status === 0) return;
	const errors = output.split('\n').filter((line) => /^npm error \S/.test(line));
	const shown = errors.slice(0, ERROR_LINES).join('\n');
	throw new Error(
		`npm ${args[0]} in ${folder} ended with status ${status}:\n${shown}\nThe whole log: ${logFile}`,
	);
}

/**
 * Starts npm: the very npm that runs this script when there is one, else the one on the path.
 * @param {string[]} args npm's arguments
 * @param {import('node:child_process').SpawnOptions} options as for `spawn`
 * @returns {import('node:child_process').ChildProcess}
 */
export function spawnNpm(args, options) {
	const npmScript = process.env.npm_execpath;
	if (npmScript?.endsWith('.js')) return spawn(process.execPath, [npmScript, ...args], options);
	return spawn('npm', args, { ...options, shell: process.platform === 'win32' });
}
