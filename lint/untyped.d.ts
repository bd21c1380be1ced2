/** Types for the used parts of two n8n packages that have none. */

declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	import type { Linter } from 'eslint';

	/** Files that the scanner lints in a checkout. */
	export const SOURCE_FILE_PATTERNS: string[];
	/** The scanner's rules. */
	export function buildScanConfig(): Promise<Linter.Config[]>;
}

declare module 'eslint-plugin-n8n-nodes-base' {
	import type { ESLint, Linter } from 'eslint';

	const plugin: ESLint.Plugin & { configs: { nodes: { rules: Linter.RulesRecord } } };
	export = plugin;
}
