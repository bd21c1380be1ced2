import { ESLint } from 'eslint';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lintAssembledNodes } from './assembled';
import { unpackPackage } from './packed';
import { type GateReport, summarize } from './report';
import { OFFICIAL_FOLDER, stageForOfficialLint } from './stage';

const PROJECT = dirname(__dirname);

/** What n8n loads, and so what n8n's rules are for. */
const NODE_FILES = ['package.json', '{nodes,credentials}/**/*.ts'];

/** All other code of the repository. */
const TOOL_FILES = [
	'*.{js,mjs}',
	'{bench,demo,examples,hosts,lint,sandbox,scripts,test}/**/*.{ts,js,mjs,cjs}',
];

/** What the scanner lints in a published package. */
const PACKED_FILES = ['**/*.js', 'package.json'];

/** As in the scanner: what n8n loads may not excuse itself from a rule by a comment. */
const ALL_RULES_STAND: ESLint.Options = { allowInlineConfig: false };

const PLUGIN = '@n8n/eslint-plugin-community-nodes';
const BASE_PLUGIN = 'eslint-plugin-n8n-nodes-base';

/**
 * Lints a checkout in every way that it is going to be judged.
 * @param root folder of the package, with dist built
 * @returns one report for each gate
 * @throws if dist is missing, or ESLint or npm cannot run
 */
export async function runGates(root: string): Promise<GateReport[]> {
	if (!existsSync(join(root, 'dist')))
		throw new Error('There is no dist to lint. Run "npm run build" first.');

	const own = { overrideConfigFile: join(PROJECT, 'eslint.config.mjs') };
	const { buildScanConfig, SOURCE_FILE_PATTERNS } =
		await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const scanner: ESLint.Options = {
		overrideConfigFile: true,
		overrideConfig: await buildScanConfig(),
	};
	const newest = versionOf(PLUGIN, PROJECT);
	const scanned = versionOf(PLUGIN, join(PROJECT, 'node_modules/@n8n/scan-community-package'));
	const base = versionOf(BASE_PLUGIN, PROJECT);
	const cli = versionOf('@n8n/node-cli', OFFICIAL_FOLDER);

	const nodeRules = { ...own, ...ALL_RULES_STAND };
	const scannerRules = { ...scanner, ...ALL_RULES_STAND };
	const packed = await unpackPackage(root);
	const stage = await stageForOfficialLint(root);
	try {
		return [
			await runGate(`nodes and credentials, ${PLUGIN} ${newest}`, root, NODE_FILES, nodeRules),
			await runGate(
				`nodes and credentials, n8n's scanner with ${scanned}`,
				root,
				SOURCE_FILE_PATTERNS,
				scannerRules,
			),
			await runGate(
				`npm tarball, n8n's scanner with ${scanned}`,
				packed.folder,
				PACKED_FILES,
				scannerRules,
			),
			await runGate(
				`nodes and credentials, n8n-node lint (strict) ${cli}`,
				stage.folder,
				['.'],
				ALL_RULES_STAND,
			),
			await report(
				`assembled nodes, ${BASE_PLUGIN} ${base}`,
				new ESLint({ cwd: root }),
				await lintAssembledNodes(root),
			),
			await runGate('tools and tests, typescript-eslint', root, TOOL_FILES, own),
		];
	} finally {
		await Promise.all([packed.remove(), stage.remove()]);
	}
}

async function runGate(
	gate: string,
	cwd: string,
	patterns: string[],
	options: ESLint.Options,
): Promise<GateReport> {
	const eslint = new ESLint({ ...options, cwd, errorOnUnmatchedPattern: false });
	return await report(gate, eslint, await eslint.lintFiles(patterns));
}

async function report(
	gate: string,
	eslint: ESLint,
	results: ESLint.LintResult[],
): Promise<GateReport> {
	const formatter = await eslint.loadFormatter('stylish');
	return summarize(gate, results, await formatter.format(results));
}

/** The version of a package that code in `folder` gets: its own copy, or the one of a folder above. */
function versionOf(name: string, folder: string): string {
	const manifest = join(folder, 'node_modules', name, 'package.json');
	if (!existsSync(manifest)) return versionOf(name, dirname(folder));
	return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
