/** `npm run lint`: prints every gate's findings and closing line; the exit status is 1 if any gate has a finding. */
import { program } from 'commander';
import { dirname, resolve } from 'node:path';
import { closingLine, isPassed } from './report';
import { OFFICIAL_FOLDER } from './stage';

// Under "test" n8n's plugin takes every file for a node, a trigger and a credential alike.
delete process.env.NODE_ENV;

program
	.option('--root <folder>', 'the checkout to lint', dirname(__dirname))
	.option('--json', 'print the reports as JSON')
	.action(async (options: { root: string; json?: boolean }) => {
		const { runGates } = await import('./gates.ts');
		const { ensurePackages } = await import('../scripts/installer.js');
		await ensurePackages(OFFICIAL_FOLDER, { label: "n8n's lint tool", log: console.error });
		const reports = await runGates(resolve(options.root));
		if (options.json) console.log(JSON.stringify(reports));
		else
			for (const report of reports)
				console.log([report.details.trimEnd(), closingLine(report)].join('\n').trim());
		process.exitCode = reports.every(isPassed) ? 0 : 1;
	})
	.parseAsync()
	.catch((error: Error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
