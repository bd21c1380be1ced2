/** The parts used here of n8n's two packages that come without types. */

declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	import type { Linter } from 'eslint';

	/** Globs of the files that the scanner lints in a source checkout. */
	export const SOURCE_FILE_PATTERNS: string[];
	/** The rules that the scanner lints by. */
	export function buildScanConfig(): Promise<Linter.Config[]>;
}

declare module 'eslint-plugin-n8n-nodes-base' {
	import type { ESLint, Linter } from 'eslint';

	const plugin: ESLint.Plugin & { configs: { nodes: { rules: Linter.RulesRecord } } };
	export = plugin;
}
