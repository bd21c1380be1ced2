const { readdirSync } = require('node:fs');
const { SLOW_SUITES } = require('./scripts/suites');

/** Packages without a CommonJS build. jest loads them only once they are transformed like our own code. */
const ESM_PACKAGES = ['get-port'];

const transformer = ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }];

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
			'\\.ts$': transformer,
			[`/node_modules/(${ESM_PACKAGES.join('|')})/.+\\.js$`]: transformer,
		},
		transformIgnorePatterns: [`/node_modules/(?!(${ESM_PACKAGES.join('|')})/)`],
		// jest has no testTimeout for a single project.
		setupFilesAfterEnv: [
			`<rootDir>/test/support/timeout.${SLOW_SUITES.includes(suite) ? 'slow' : 'fast'}.ts`,
		],
	})),
};
