const { readdirSync } = require('node:fs');
const { SLOW_SUITES } = require('./scripts/suites');

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
		transform: {
			'^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
		},
		// jest knows no testTimeout for a single project.
		setupFilesAfterEnv: [
			`<rootDir>/test/support/patience.${SLOW_SUITES.includes(suite) ? 'slow' : 'fast'}.ts`,
		],
	})),
};
