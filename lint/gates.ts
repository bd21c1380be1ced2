import { ESLint } from 'eslint';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lintAssembledNodes } from './assembled';
import { checkFormat } from './format';
import { type GateReport, summarize } from './gateReport';
import { copyForOfficialLint, OFFICIAL_FOLDER } from './officialLint';
import { unpackPackage } from './packed';

const PROJECT = dirname(__dirname);

/** Files that n8n loads, and that n8n's rules apply to. */
const NODE_FILES = ['package.json', '{nodes,credentials}/**/*.ts'];

/** All other code of the repository. */
const TOOL_FILES = [
	'*.{js,mjs}',
	'{bench,demo,examples,hosts,lint,sandbox,scripts,test}/**/*.{ts,js,mjs,cjs}',
];

/** Files that the scanner lints in a published package. */
const PACKED_FILES = ['**/*.js', 'package.json'];

/** Like the scanner: comments cannot turn off a rule in files that n8n loads. */
const NO_INLINE_CONFIG: ESLint.Options = { allowInlineConfig: false };

const PLUGIN = '@n8n/eslint-plugin-community-nodes';
const BASE_PLUGIN = 'eslint-plugin-n8n-nodes-base';

/**
 * Runs all gates on a checkout.
 * @param root folder of the package, with dist built
 * @returns one report per gate
 * @throws if dist is missing, or ESLint or npm cannot run
 */
export async function runGates(root: string): Promise<GateReport[]> {
	if (!existsSync(join(root, 'dist')))
		throw new Error('No dist folder found. Run "npm run build" first.');

	const own = { overrideConfigFile: join(PROJECT, 'eslint.config.mjs') };
	const { buildScanConfig, SOURCE_FILE_PATTERNS } =
		await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const scanner: ESLint.Options = {
		overrideConfigFile: true,
		overrideConfig: await buildScanConfig(),
		...NO_INLINE_CONFIG,
	};
	const newest = versionOf(PLUGIN, PROJECT);
	const scanned = versionOf(PLUGIN, join(PROJECT, 'node_modules/@n8n/scan-community-package'));
	const base = versionOf(BASE_PLUGIN, PROJECT);
	const cli = versionOf('@n8n/node-cli', OFFICIAL_FOLDER);

	const nodes = await lint(root, NODE_FILES, { ...own, ...NO_INLINE_CONFIG });
	const tools = await lint(root, TOOL_FILES, own);
	const code = [...nodes, ...tools].map(({ filePath }) => filePath);
	const packed = await unpackPackage(root);
	const copy = await copyForOfficialLint(root);
	try {
		return [
			await report(`nodes and credentials, ${PLUGIN} ${newest}`, nodes),
			await report(
				`nodes and credentials, n8n's scanner with ${scanned}`,
				await lint(root, SOURCE_FILE_PATTERNS, scanner),
			),
			await report(
				`npm tarball, n8n's scanner with ${scanned}`,
				await lint(packed.folder, PACKED_FILES, scanner),
			),
			await report(
				`nodes and credentials, n8n-node lint (strict) ${cli}`,
				await lint(copy.folder, ['.'], NO_INLINE_CONFIG),
			),
			await report(`assembled nodes, ${BASE_PLUGIN} ${base}`, await lintAssembledNodes(root)),
			await report('tools and tests, typescript-eslint', tools),
			await report(
				'all code, prettier',
				await checkFormat(code.filter((file) => !file.endsWith('.json'))),
			),
		];
	} finally {
		await Promise.all([packed.remove(), copy.remove()]);
	}
}

async function lint(
	cwd: string,
	patterns: string[],
	options: ESLint.Options,
): Promise<ESLint.LintResult[]> {
	const eslint = new ESLint({ ...options, cwd, errorOnUnmatchedPattern: false });
	return await eslint.lintFiles(patterns);
}

async function report(gate: string, results: ESLint.LintResult[]): Promise<GateReport> {
	const formatter = await new ESLint().loadFormatter('stylish');
	return summarize(gate, results, await formatter.format(results));
}

/** Version of a package as code in `folder` resolves it: from this folder or a parent folder. */
function versionOf(name: string, folder: string): string {
	const manifest = join(folder, 'node_modules', name, 'package.json');
	if (!existsSync(manifest)) return versionOf(name, dirname(folder));
	return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
