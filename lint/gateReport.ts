import type { ESLint } from 'eslint';

/** The result of one gate. */
export interface GateReport {
	/** What it checks, and with which rules. */
	gate: string;
	files: number;
	errors: number;
	warnings: number;
	/** Violated rules, each once; `parse` for a file that cannot be parsed. */
	rules: string[];
	/** Readable findings; empty when there are none. */
	details: string;
}

/**
 * Sums up ESLint's results.
 * @param gate name of the gate
 * @param results one per file
 * @param details readable findings
 */
export function summarize(gate: string, results: ESLint.LintResult[], details: string): GateReport {
	const messages = results.flatMap((result) => result.messages);
	const sum = (key: 'errorCount' | 'warningCount') =>
		results.reduce((total, result) => total + result[key], 0);
	return {
		gate,
		files: results.length,
		errors: sum('errorCount'),
		warnings: sum('warningCount'),
		rules: [...new Set(messages.map((message) => message.ruleId ?? 'parse'))].sort(),
		details,
	};
}

/**
 * Whether a gate passes. A warning counts like an error, because n8n's review does the same. A gate without any file
 * does not pass, because its patterns must be wrong.
 */
export function isPassed({ files, errors, warnings }: GateReport): boolean {
	return files > 0 && errors === 0 && warnings === 0;
}

/** The summary of a gate, e.g. `tools, typescript-eslint: 31 files, 0 errors, 0 warnings`. */
export function summaryLine({ gate, files, errors, warnings }: GateReport): string {
	return `${gate}: ${files} files, ${errors} errors, ${warnings} warnings`;
}
