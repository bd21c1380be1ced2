const { readdirSync } = require('node:fs');

const MINUTE_MS = 60_000;

/** Folders whose tests start whole programs, and the time one test there may take. All others answer in seconds. */
const SLOW_SUITES = {
	n8n: 5 * MINUTE_MS, // starts a whole n8n on SQLite
	browser: 5 * MINUTE_MS, // the same, with its editor in Chromium
	queue: 5 * MINUTE_MS, // n8n as several processes on Redis and Postgres
};
const FAST_TEST_MS = 30_000;

/** One jest project for each folder of test/: the folder listing is the list of suites. */
const suites = readdirSync(`${__dirname}/test`, { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map((entry) => entry.name);

/** @type {import('jest').Config} */
module.exports = {
	projects: suites.map((suite) => ({
		displayName: suite,
		testEnvironment: 'node',
		roots: [`<rootDir>/test/${suite}`],
		testMatch: ['**/*.test.ts'],
		transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
		testTimeout: SLOW_SUITES[suite] ?? FAST_TEST_MS,
	})),
};
