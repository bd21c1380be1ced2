/**
 * Installs npm packages. `npm test` and `npm start` use it first on a fresh clone, when nothing is installed yet, so it
 * requires only Node.js modules.
 */
const { spawn } = require('node:child_process');
const { closeSync, existsSync, mkdirSync, openSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** The folder of package.json. */
const ROOT = dirname(__dirname);

/** The oldest Node.js that all pinned tools support: `engines.node` of package.json. */
const OLDEST_NODE = [20, 15];

/** Seconds between two progress lines. */
const PROGRESS_SECONDS = 10;

/** Number of npm's error lines that a message shows: the first ones give the reason, general help follows. */
const ERROR_LINES = 12;

/** Ends the process if this Node.js is too old for the tools. */
function requireNode() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	const [oldestMajor, oldestMinor] = OLDEST_NODE;
	if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
	console.error(
		`Node.js ${OLDEST_NODE.join('.')} or newer is required; this is ${process.version}.`,
	);
	process.exit(1);
}

/**
 * Compares node_modules with the lockfile. npm writes node_modules/.package-lock.json last, so an interrupted
 * installation counts as missing.
 * @param {string} folder absolute path of a folder that holds package-lock.json
 * @returns {string[]} paths of the packages to install, e.g. `node_modules/jest`
 */
function missingPackages(folder) {
	const wanted = readPackages(join(folder, 'package-lock.json'));
	const hidden = join(folder, 'node_modules', '.package-lock.json');
	const installed = existsSync(hidden) ? readPackages(hidden) : {};
	return Object.keys(wanted).filter(
		(path) => path.includes('node_modules/') && !isInstalled(path, wanted[path], installed[path]),
	);

	function isInstalled(path, entry, found) {
		// npm leaves out the binaries of other platforms, which are optional.
		if (!found) return Boolean(entry.optional || entry.devOptional);
		return entry.link || (found.version === entry.version && existsSync(join(folder, path)));
	}
}

function readPackages(lockfile) {
	return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

/**
 * Installs the packages of a folder with `npm ci` unless they match its lockfile.
 * @param {string} folder absolute path of a folder that holds package.json and package-lock.json
 * @param {{ label?: string, log?: (line: string) => void }} [options] name of the packages in progress lines, and where
 *   these lines go (default: standard output)
 * @throws {Error} with npm's reason and the path of its log
 */
async function ensurePackages(folder, { label = 'development packages', log } = {}) {
	const missing = missingPackages(folder);
	if (missing.length === 0) return;
	await withProgress(`Installing ${missing.length} ${label}`, () => installPackages(folder), log);
}

/**
 * Runs `npm ci` in a folder, without the packages' install scripts.
 * @param {string} folder absolute path
 */
async function installPackages(folder) {
	await runNpm(['ci', '--ignore-scripts', '--no-fund', '--no-audit'], folder);
}

/**
 * Runs npm. Its output goes to `.cache/npm-<command>.log` in the folder.
 * @param {string[]} args npm's arguments
 * @param {string} folder absolute path
 * @param {NodeJS.ProcessEnv} [env]
 * @throws {Error} with npm's reason and the path of its log
 */
async function runNpm(args, folder, env = process.env) {
	const logFile = join(folder, '.cache', `npm-${args[0]}.log`);
	mkdirSync(dirname(logFile), { recursive: true });
	const log = openSync(logFile, 'w');
	const npm = spawnNpm(args, { cwd: folder, env, stdio: ['ignore', log, log] });
	closeSync(log);
	const stopNpm = () => npm.kill();
	process.once('exit', stopNpm);
	const status = await new Promise((resolve, reject) => {
		npm.on('error', reject);
		npm.on('close', resolve);
	}).finally(() => process.off('exit', stopNpm));
	if (status === 0) return;
	const errors = readFileSync(logFile, 'utf8').match(/^npm error \S.*/gm) ?? [];
	throw new Error(
		[
			`npm ${args[0]} in ${folder} ended with status ${status}:`,
			...errors.slice(0, ERROR_LINES),
			`Full log: ${logFile}`,
		].join('\n'),
	);
}

/**
 * Starts npm: the one that runs this script, otherwise the one on PATH.
 * @param {string[]} args npm's arguments
 * @param {import('node:child_process').SpawnOptions} options as for `spawn`
 * @returns {import('node:child_process').ChildProcess}
 */
function spawnNpm(args, options) {
	const { npm_execpath: npmScript } = options.env ?? process.env;
	if (npmScript?.endsWith('.js')) return spawn(process.execPath, [npmScript, ...args], options);
	return spawn('npm', args, { ...options, shell: process.platform === 'win32' });
}

/**
 * Runs a task that takes long, and logs a line when it starts, every 10 s, and when it is done.
 * @template T
 * @param {string} title e.g. `Starting n8n`
 * @param {() => Promise<T>} task
 * @param {(line: string) => void} [log] default: standard output
 * @returns {Promise<T>} the result of the task
 */
async function withProgress(title, task, log = console.log) {
	const start = Date.now();
	const seconds = () => Math.round((Date.now() - start) / 1000);
	log(`${title} ...`);
	const timer = setInterval(() => log(`${title} ... ${seconds()} s`), PROGRESS_SECONDS * 1000);
	try {
		const result = await task();
		log(`${title}: done in ${seconds()} s`);
		return result;
	} finally {
		clearInterval(timer);
	}
}

module.exports = {
	ROOT,
	requireNode,
	ensurePackages,
	installPackages,
	runNpm,
	spawnNpm,
	withProgress,
};
