/** `npm run lint`: prints the findings and the summary of each gate. The exit status is 1 if any gate has a finding. */
import { program } from 'commander';
import { dirname, resolve } from 'node:path';
import { isPassed, summaryLine } from './gateReport';
import { OFFICIAL_FOLDER } from './officialLint';

// With "test" n8n's plugin applies the rules for nodes, triggers and credentials to every file.
delete process.env.NODE_ENV;

program
	.option('--root <folder>', 'the checkout to lint', dirname(__dirname))
	.option('--json', 'print the reports as JSON')
	.action(async (options: { root: string; json?: boolean }) => {
		const { runGates } = await import('./gates.ts');
		const { ensurePackages } = await import('../scripts/installer.js');
		await ensurePackages(OFFICIAL_FOLDER, {
			label: "packages of n8n's lint tool",
			log: console.error,
		});
		const reports = await runGates(resolve(options.root));
		if (options.json) console.log(JSON.stringify(reports));
		else
			for (const report of reports)
				console.log([report.details.trimEnd(), summaryLine(report)].join('\n').trim());
		process.exitCode = reports.every(isPassed) ? 0 : 1;
	})
	.parseAsync()
	.catch((error: Error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
