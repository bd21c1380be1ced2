/**
 * `npm run soak`: sends thousands of messages with the action node, on n8n's engine, to a sandbox that fails 30 % of
 * the requests. Exits with status 1 unless each message is delivered once, in order, and no request ignores a block.
 */
import { Command } from 'commander';

import { parseCount } from './arguments';
import { isFlawless, soak, type Report } from './soak/scenarios';
import { startSoakSandbox } from './soak/soakSandbox';

const { messages, recipients, seed } = new Command('soak')
	.description(
		'Sends messages with the action node while 30 % of the requests fail, and counts the deliveries.',
	)
	.option('--messages <number>', 'messages per execution', parseCount, 5000)
	.option('--recipients <number>', 'recipients of these messages', parseCount, 500)
	.option('--seed <number>', 'seed of the random faults', parseCount, 1)
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
	const sandbox = await startSoakSandbox(seed);
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
