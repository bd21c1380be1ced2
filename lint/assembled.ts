import { ESLint, type Linter } from 'eslint';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import type { INodeType } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { inspect } from 'node:util';
import tseslint from 'typescript-eslint';

/**
 * n8n's rules for labels, descriptions and order check single literals, but these nodes are assembled from many files.
 * So this gate applies the rules to the complete description of each node.
 */
const RULES: Linter.RulesRecord = {
	...n8nNodesBase.configs.nodes.rules,
	// Also off in n8n's own setup: these rules predate the constants for inputs and outputs.
	'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
	'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
	// Type comes first because it determines the other field of a part.
	'n8n-nodes-base/node-param-fixed-collection-type-unsorted-items': 'off',
};

/**
 * Lints the description of each built node as one literal.
 * @param root folder of the package, with dist built
 * @returns one result per node in package.json
 */
export async function lintAssembledNodes(root: string): Promise<ESLint.LintResult[]> {
	const eslint = new ESLint({
		cwd: root,
		overrideConfigFile: true,
		overrideConfig: {
			files: ['**/*.ts'],
			languageOptions: { parser: tseslint.parser as Linter.Parser },
			plugins: { 'n8n-nodes-base': n8nNodesBase },
			rules: RULES,
		},
	});
	const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[] };
	};
	const results = manifest.n8n.nodes.map(async (path) => {
		const name = basename(path, '.node.js');
		const filePath = join(root, 'assembled', name, `${name}.node.ts`);
		return (await eslint.lintText(asOneLiteral(root, path, name), { filePath })).map(quoteLines);
	});
	return (await Promise.all(results)).flat();
}

/** Adds the affected line to each message, because the linted source is not a file. */
function quoteLines(result: ESLint.LintResult): ESLint.LintResult {
	const lines = result.source?.split('\n') ?? [];
	const messages = result.messages.map((each) => ({
		...each,
		message: `${each.message}: ${lines[each.line - 1]?.trim()}`,
	}));
	return { ...result, messages };
}

/** Source of a node class with only the description of the built node. */
function asOneLiteral(root: string, path: string, name: string): string {
	const built = createRequire(join(root, 'package.json'))(`./${path}`) as Record<
		string,
		new () => INodeType
	>;
	const description: unknown = JSON.parse(JSON.stringify(new built[name]().description));
	const literal = inspect(description, {
		depth: null,
		maxArrayLength: null,
		maxStringLength: null,
		breakLength: 120,
	});
	return [
		"import type { INodeType, INodeTypeDescription } from 'n8n-workflow';",
		`export class ${name} implements INodeType {`,
		`\tdescription: INodeTypeDescription = ${literal};`,
		'}\n',
	].join('\n');
}
