import { ESLint, type Linter } from 'eslint';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import type { INodeType } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { inspect } from 'node:util';
import tseslint from 'typescript-eslint';

/**
 * n8n's rules for labels, descriptions and order see only what stands in one literal, while these nodes are put
 * together from many files. So the rules are applied once more to each description as n8n gets it.
 */
const RULES: Linter.RulesRecord = {
	...n8nNodesBase.configs.nodes.rules,
	// Off in n8n's own set-up as well: written before inputs and outputs became constants.
	'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
	'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
	// A part's Type decides which other field it has, so Type comes first.
	'n8n-nodes-base/node-param-fixed-collection-type-unsorted-items': 'off',
};

/**
 * Lints the description of every built node, written out as one literal.
 * @param root folder of the package, with dist built
 * @returns one result for each node that package.json names
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

/** Adds to each message the line that it is about, because no such file is there to be looked at. */
function quoteLines(result: ESLint.LintResult): ESLint.LintResult {
	const lines = result.source?.split('\n') ?? [];
	const messages = result.messages.map((each) => ({
		...each,
		message: `${each.message}: ${lines[each.line - 1]?.trim()}`,
	}));
	return { ...result, messages };
}

/** The source of a node class that has the same description as the built one, and nothing else. */
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
