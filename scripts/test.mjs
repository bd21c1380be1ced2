/**
 * `node scripts/test.mjs fast [jest arguments]`: `npm test`, also on a fresh clone with nothing installed.
 * `node scripts/test.mjs <suite> [jest arguments]`: one slow suite (see suites.js), with a fresh build.
 * Each step runs even if an earlier one fails, so that one run shows everything there is to fix.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import suites from './suites.js';
import { ensurePackages, requireNode, ROOT, spawnNpm } from './installer.js';

/** How long jest may run on after it has written its results. An open server, for example, keeps it from exiting. */
const EXIT_TIMEOUT_SECONDS = 20;

const { SLOW_SUITES } = suites;
const [suite, ...jestArgs] = process.argv.slice(2);
if (suite !== 'fast' && !SLOW_SUITES.includes(suite)) {
	console.error(`Unknown suite. Choose one of: fast, ${SLOW_SUITES.join(', ')}.`);
	process.exit(2);
}
const isFast = suite === 'fast';

requireNode();
await ensurePackages(ROOT).catch((error) => {
	console.error(error.message);
	process.exit(1);
});

const timings = [];
const failed = [];
for (const script of isFast ? ['build', 'lint', 'typecheck'] : ['build']) {
	await step(script, () => spawnNpm(['run', '--silent', script], { cwd: ROOT, stdio: 'inherit' }));
}
const resultFile = join(ROOT, '.cache', 'results', `${suite}.json`);
await step('jest', () => runJest(resultFile));

const took = timings.map(([name, seconds]) => `${name} ${seconds} s`).join(', ');
console.log(`\n${suite}: ${countTests(resultFile)} (${took})`);
if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}.`);
process.exit(failed.length > 0 ? 1 : 0);

/** Runs one child process and records its duration and whether it failed. */
async function step(name, start) {
	console.log(`\n> ${name}`);
	const started = Date.now();
	const status = await new Promise((resolve) => {
		const child = start();
		child.on('error', (error) => {
			console.error(error.message);
			resolve(1);
		});
		child.on('close', resolve);
	});
	timings.push([name, Math.round((Date.now() - started) / 1000)]);
	if (status !== 0) failed.push(name);
}

function runJest(outputFile) {
	mkdirSync(join(outputFile, '..'), { recursive: true });
	rmSync(outputFile, { force: true });
	const projects = isFast ? fastSuites() : [suite];
	const args = [
		join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
		...['--json', `--outputFile=${outputFile}`],
		// Most tests of these two wait more than they compute. The others need all cores.
		isFast || suite === 'n8n' ? '--maxWorkers=100%' : '--runInBand',
		...jestArgs,
		...['--selectProjects', ...projects],
	];
	// With --json, standard output repeats the result file; the readable report goes to standard error.
	const jest = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
	killAfterResults(jest, outputFile);
	return jest;
}

/** Kills jest if it does not exit after writing its results. The step then counts as failed. */
function killAfterResults(jest, outputFile) {
	let timeout;
	const watch = setInterval(() => {
		if (timeout !== undefined || !existsSync(outputFile)) return;
		timeout = setTimeout(() => {
			console.error(
				`\njest did not exit within ${EXIT_TIMEOUT_SECONDS} s: a test left a server, timer or process running.`,
			);
			jest.kill('SIGKILL');
		}, EXIT_TIMEOUT_SECONDS * 1000);
	}, 1000);
	jest.on('close', () => {
		clearInterval(watch);
		clearTimeout(timeout);
	});
}

function fastSuites() {
	return readdirSync(join(ROOT, 'test'), { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && !SLOW_SUITES.includes(entry.name))
		.map((entry) => entry.name);
}

function countTests(outputFile) {
	try {
		const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(outputFile, 'utf8'));
		return `${numPassedTests} tests passed, ${numFailedTests} failed`;
	} catch {
		return 'no tests ran';
	}
}
