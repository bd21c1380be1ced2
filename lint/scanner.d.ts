/** The part of n8n's scanner that is used here; the package has no types of its own. */
declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	import type { Linter } from 'eslint';

	/** Globs of the files that the scanner lints in a source checkout. */
	export const SOURCE_FILE_PATTERNS: string[];
	/** The rules that the scanner lints by. */
	export function buildScanConfig(): Promise<Linter.Config[]>;
}
