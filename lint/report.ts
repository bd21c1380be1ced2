import type { ESLint } from 'eslint';

/** What one gate found. */
export interface GateReport {
	/** What was linted, by which rules. */
	gate: string;
	files: number;
	errors: number;
	warnings: number;
	/** Identifiers of the rules broken, each once; `parse` for a file that cannot be parsed. */
	rules: string[];
	/** The findings for people; empty when there are none. */
	details: string;
}

/**
 * Sums ESLint's results.
 * @param gate name of the gate
 * @param results one result for each file linted
 * @param details the findings as text
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
 * Whether a gate is passed. A warning counts like an error, because n8n's reviewers read both; a gate that found no
 * file to lint is not passed, because then its patterns are wrong.
 */
export function isPassed({ files, errors, warnings }: GateReport): boolean {
	return files > 0 && errors === 0 && warnings === 0;
}

/** The gate's closing line, such as `tools, typescript-eslint: 31 files, 0 errors, 0 warnings`. */
export function closingLine({ gate, files, errors, warnings }: GateReport): string {
	return `${gate}: ${files} files, ${errors} errors, ${warnings} warnings`;
}
