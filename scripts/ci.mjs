/**
 * The complete check of `.ci/run`: `npm test`, then each slow suite, within one time limit. Prints a summary with the
 * result and duration of each run.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import suites from './suites.js';
import { requireNode, ROOT, spawnNpm } from './installer.js';

/**
 * On two idle cores, installing two n8n versions takes about ten minutes, and the suites take somewhat longer. A busy
 * machine needs several times that.
 */
const LIMIT_MINUTES = 80;

/** Each npm script, the name of its result file, and the folder of its tests. */
const RUNS = [
	{ script: 'test', result: 'fast', folder: 'test' },
	...suites.SLOW_SUITES.map((suite) => ({
		script: `test:${suite}`,
		result: suite,
		folder: `test/${suite}`,
	})),
];

requireNode();
const deadline = Date.now() + LIMIT_MINUTES * 60_000;
const results = join(ROOT, '.cache', 'results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const reports = [];
for (const run of RUNS.filter(({ folder }) => existsSync(join(ROOT, folder)))) {
	console.log(`\n=== npm run ${run.script} ===`);
	const started = Date.now();
	const status = await runScript(run.script);
	const seconds = Math.round((Date.now() - started) / 1000);
	reports.push({ ...run, status, seconds, ...readCounts(join(results, `${run.result}.json`)) });
}

console.log('\n=== summary ===');
for (const { script, status, seconds, passed, failed } of reports) {
	console.log(`npm run ${script}: ${status}, ${passed} passed, ${failed} failed, ${seconds} s`);
}
const sum = (key) => reports.reduce((total, report) => total + report[key], 0);
console.log(
	`${sum('passed')} passed, ${sum('failed')} failed, ${(sum('seconds') / 60).toFixed(1)} minutes`,
);
process.exit(reports.every(({ status, failed }) => status === 'ok' && failed === 0) ? 0 : 1);

/** Runs one npm script in its own process group, so that the time limit also stops the processes it started. */
function runScript(script) {
	return new Promise((resolve) => {
		const child = spawnNpm(['run', '--silent', script], {
			cwd: ROOT,
			stdio: ['ignore', 'inherit', 'inherit'],
			detached: true,
		});
		let timedOut = false;
		const killGroup = () => process.kill(-child.pid, 'SIGKILL');
		const interrupt = () => {
			killGroup();
			process.exit(130);
		};
		// The terminal sends Ctrl-C to its own process group only.
		process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
		const limit = setTimeout(
			() => {
				timedOut = true;
				killGroup();
			},
			Math.max(0, deadline - Date.now()),
		);
		const settle = (status) => {
			clearTimeout(limit);
			process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
			resolve(status);
		};
		child.on('error', (error) => settle(`failed to start (${error.message})`));
		child.on('close', (code) => {
			if (timedOut) return settle(`stopped at the time limit of ${LIMIT_MINUTES} minutes`);
			settle(code === 0 ? 'ok' : `exit code ${code}`);
		});
	});
}

/** A test file that cannot be loaded counts as one failed test, and so does a missing result file. */
function readCounts(file) {
	if (!existsSync(file)) return { passed: 0, failed: 1 };
	const result = JSON.parse(readFileSync(file, 'utf8'));
	return {
		passed: result.numPassedTests,
		failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
	};
}
