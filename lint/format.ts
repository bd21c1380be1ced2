import type { ESLint } from 'eslint';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { check, resolveConfig } from 'prettier';

const CONFIG_FILE = join(dirname(__dirname), '.prettierrc.json');

/**
 * Checks files like `prettier --check`.
 * @param files absolute paths
 * @returns one result per file, in ESLint's format, so that all gates report in the same way
 */
export async function checkFormat(files: string[]): Promise<ESLint.LintResult[]> {
	return await Promise.all(
		files.map(async (filePath) => {
			const options = await resolveConfig(filePath, { config: CONFIG_FILE });
			const source = await readFile(filePath, 'utf8');
			const isFormatted = await check(source, { ...options, filepath: filePath }).catch(
				() => false,
			);
			return resultOf(filePath, isFormatted);
		}),
	);
}

function resultOf(filePath: string, isFormatted: boolean): ESLint.LintResult {
	const message = 'Not formatted. Run "npx prettier --write" with this file.';
	const finding = { ruleId: 'prettier', severity: 2 as const, line: 1, column: 1, message };
	return {
		filePath,
		messages: isFormatted ? [] : [finding],
		suppressedMessages: [],
		errorCount: isFormatted ? 0 : 1,
		fatalErrorCount: 0,
		warningCount: 0,
		fixableErrorCount: 0,
		fixableWarningCount: 0,
		usedDeprecatedRules: [],
	};
}
