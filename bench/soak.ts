/**
 * `npm run soak`: thousands of messages through the action node, on n8n's own engine, to a sandbox in which 30 of 100
 * requests go wrong. Ends with status 1 unless every message arrived exactly once, in order and at its time.
 */
import { Command } from 'commander';

import { positive } from './arguments';
import { startSandboxProcess } from './sandboxProcess';
import { isFlawless, soak, type Report } from './soak/scenarios';

const { messages, recipients, seed } = new Command('soak')
	.description(
		'Sends messages through the action node while 30 % of all requests go wrong, and counts what arrived.',
	)
	.option('--messages <number>', 'messages of one execution', positive, 5000)
	.option('--recipients <number>', 'phones that they go to', positive, 500)
	.option('--seed <number>', 'seed of the dice that decide what goes wrong', positive, 1)
	.parse()
	.opts<{ messages: number; recipients: number; seed: number }>();

function line({
	scenario,
	expected,
	delivered,
	duplicates,
	orderViolations,
	earlyRequests,
	seconds,
	note,
}: Report): string {
	const counts = `${delivered} of ${expected} delivered, duplicates ${duplicates}, orderViolations ${orderViolations}, earlyRequests ${earlyRequests}`;
	return `${scenario.padEnd(32)}${counts}  (${seconds.toFixed(1)} s${note && `, ${note}`})`;
}

async function main(): Promise<void> {
	const sandbox = await startSandboxProcess(seed);
	try {
		for await (const report of soak(sandbox, { messages, recipients })) {
			console.log(line(report));
			if (!isFlawless(report)) process.exitCode = 1;
		}
	} finally {
		await sandbox.close();
	}
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
