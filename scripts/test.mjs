/**
 * `node scripts/test.mjs fast [jest arguments]`: all that `npm test` stands for, from a clone with nothing installed.
 * `node scripts/test.mjs <suite> [jest arguments]`: that one folder of test/ (see suites.js), on a fresh build.
 * Every step runs even when an earlier one failed, so that one run shows everything there is to mend.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import suites from './suites.js';
import { ensurePackages, requireNode, ROOT, spawnNpm } from './ensure-packages.mjs';

/**
 * How long jest may live on after its results are written. Something that a test left open, a server for example,
 * would otherwise keep it for ever.
 */
const AFTERLIFE_SECONDS = 20;

const { SLOW_SUITES } = suites;
const [suite, ...jestArgs] = process.argv.slice(2);
if (suite !== 'fast' && !SLOW_SUITES.includes(suite)) {
	console.error(`Name a suite: fast, ${SLOW_SUITES.join(', ')}.`);
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

/** Runs one child process to its end and notes how long it took and whether it failed. */
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
		...(isFast ? [] : ['--runInBand']),
		...jestArgs,
		...['--selectProjects', ...projects],
	];
	// With --json jest prints its whole result on standard output; the report for people goes to standard error.
	const jest = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
	endAfterResults(jest, outputFile);
	return jest;
}

/** Kills a jest that has written its results and does not end; the step then counts as failed. */
function endAfterResults(jest, outputFile) {
	let afterlife;
	const watch = setInterval(() => {
		if (afterlife !== undefined || !existsSync(outputFile)) return;
		afterlife = setTimeout(() => {
			console.error(
				`\njest did not end within ${AFTERLIFE_SECONDS} s: a test left something running or open.`,
			);
			jest.kill('SIGKILL');
		}, AFTERLIFE_SECONDS * 1000);
	}, 1000);
	jest.on('close', () => {
		clearInterval(watch);
		clearTimeout(afterlife);
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
