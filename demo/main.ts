import { Command, InvalidArgumentError } from 'commander';
import { jobDone, playReviewRequest } from './reviewRequest';
import { Ending, startStage, type Stage } from './stage';
import { openRunFolder } from './runFolder';
import { Steps } from './steps';
import { printConversation } from './transcript';

/** The ports that people know these by; any other will do. */
const N8N_PORT = 5678;
const SANDBOX_PORT = 4010;

interface Options {
	once?: boolean;
	port: number;
	sandboxPort: number;
}

function toPort(text: string): number {
	const port = Number(text);
	if (!Number.isInteger(port) || port < 1 || port > 65_535)
		throw new InvalidArgumentError('Give a port from 1 to 65535.');
	return port;
}

function readOptions(): Options {
	return new Command('npm start --')
		.description(
			'Shows the Chert nodes at work: a real n8n and a local Chert on this machine, a review request and its reply.',
		)
		.option('--once', 'end after the conversation, with status 0 when all of it came about, else 1')
		.option(
			'--port <number>',
			'port of n8n; when it is in use, another one is taken',
			toPort,
			N8N_PORT,
		)
		.option('--sandbox-port <number>', 'port of the local Chert; likewise', toPort, SANDBOX_PORT)
		.helpOption('--help', 'show this text')
		.parse()
		.opts<Options>();
}

/**
 * Starts everything, plays the conversation, and then stays, unless it is to run once.
 * @returns the exit status; while it stays, it does not return
 */
async function demo(options: Options, ending: Ending): Promise<number> {
	let stage: Stage;
	try {
		const { port: n8nPort, sandboxPort } = options;
		stage = await startStage({
			n8nPort,
			sandboxPort,
			folder: openRunFolder(),
			steps: new Steps(),
			ending,
		});
	} catch (error) {
		console.error(`\n${error instanceof Error ? error.message : String(error)}`);
		return 1;
	}

	console.log('\nThe CRM tells n8n that a job is done.\n');
	printConversation(stage.sandbox.events);
	const missing = await playReviewRequest(stage);
	if (missing.length > 0) {
		console.error(
			`\nThis did not come about:\n${missing.map((each) => `  - ${each}`).join('\n')}\nThe log of n8n: ${stage.n8n.log}`,
		);
	} else {
		console.log('\nThe request went out and its reply was answered, all of it by n8n.');
	}
	const status = missing.length > 0 ? 1 : 0;
	if (options.once) return status;

	ending.status = status;
	console.log(whereToLook(stage));
	return await new Promise(() => undefined);
}

function whereToLook({ n8n, sandbox, files, owner }: Stage): string {
	const { url, body } = jobDone({ n8n, files });
	return [
		'',
		'All of it stays up:',
		`  n8n editor    ${n8n.url}`,
		`  log in as     ${owner.email}`,
		`  password      ${owner.password}`,
		`  phones        ${sandbox.origin}  (write as the customer, n8n answers)`,
		`  log of n8n    ${n8n.log}`,
		'',
		'As the CRM, to send another review request:',
		`  curl -H 'content-type: application/json' -d '${body}' ${url}`,
		'',
		'Ctrl-C ends everything.',
	].join('\n');
}

/** Settles with an exit status when somebody asks the demo to end; who asks twice does not want to wait. */
async function interruption(ending: Ending): Promise<number> {
	return await new Promise((resolve) => {
		let isAsked = false;
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
			process.on(signal, () => {
				if (isAsked) process.exit(ending.status);
				isAsked = true;
				console.log('\nStopping ...');
				resolve(ending.status);
			});
		}
	});
}

async function main(): Promise<void> {
	const options = readOptions();
	const ending = new Ending();
	const interrupted = interruption(ending);
	const status = await Promise.race([demo(options, ending), interrupted]);
	await ending.run();
	process.exit(status);
}

void main();
