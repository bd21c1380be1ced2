/**
 * The whole check, as `.ci/run` starts it: `npm test`, then every slower suite there is, one after the other,
 * within one time limit. Ends with the closing line of each and the sum of all tests.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import suites from './suites.js';
import { requireNode, ROOT, spawnNpm } from './ensure-packages.mjs';

/** Installing two n8n versions takes about ten minutes on two idle cores, the suites somewhat longer; a busy machine needs several times that. */
const LIMIT_MINUTES = 80;

/** Each npm script, the file that its jest writes, and the folder it needs (a suite that is not there is not run). */
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
	const ending = await runScript(run.script);
	const seconds = Math.round((Date.now() - started) / 1000);
	reports.push({ ...run, ending, seconds, ...readCounts(join(results, `${run.result}.json`)) });
}

console.log('\n=== summary ===');
for (const { script, ending, seconds, passed, failed } of reports) {
	console.log(`npm run ${script}: ${ending}, ${passed} passed, ${failed} failed, ${seconds} s`);
}
const sum = (key) => reports.reduce((total, report) => total + report[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(reports.every(({ ending, failed }) => ending === 'ok' && failed === 0) ? 0 : 1);

/** Runs one npm script in a process group of its own, so that at the time limit all that it started ends with it. */
function runScript(script) {
	return new Promise((resolve) => {
		const child = spawnNpm(['run', '--silent', script], {
			cwd: ROOT,
			stdio: ['ignore', 'inherit', 'inherit'],
			detached: true,
		});
		let timedOut = false;
		const endGroup = () => process.kill(-child.pid, 'SIGKILL');
		const interrupt = () => {
			endGroup();
			process.exit(130);
		};
		// A group of its own does not get the terminal's Ctrl-C.
		process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
		const limit = setTimeout(
			() => {
				timedOut = true;
				endGroup();
			},
			Math.max(0, deadline - Date.now()),
		);
		const settle = (ending) => {
			clearTimeout(limit);
			process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
			resolve(ending);
		};
		child.on('error', (error) => settle(`did not start (${error.message})`));
		child.on('close', (status) => {
			if (timedOut) return settle(`stopped at the limit of ${LIMIT_MINUTES} minutes`);
			settle(status === 0 ? 'ok' : `status ${status}`);
		});
	});
}

/** A test file that could not even be loaded counts as one failed test, as does a suite without any result. */
function readCounts(file) {
	if (!existsSync(file)) return { passed: 0, failed: 1 };
	const result = JSON.parse(readFileSync(file, 'utf8'));
	return {
		passed: result.numPassedTests,
		failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
	};
}
