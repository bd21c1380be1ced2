import { Command, InvalidArgumentError } from 'commander';
import { jobDone, playReviewRequest } from './reviewRequest';
import { openRunFolder } from './runFolder';
import { Shutdown, startDemo, type Demo } from './startDemo';
import { printConversation } from './transcript';

/** The well-known ports of both servers. */
const N8N_PORT = 5678;
const SANDBOX_PORT = 4010;

interface Options {
	once?: boolean;
	port: number;
	sandboxPort: number;
}

function parsePort(text: string): number {
	const port = Number(text);
	if (!Number.isInteger(port) || port < 1 || port > 65_535)
		throw new InvalidArgumentError('Enter a port from 1 to 65535.');
	return port;
}

function readOptions(): Options {
	return new Command('npm start --')
		.description(
			'Shows the Chert nodes in use: n8n and a local Chert on this machine send a review request and handle the reply.',
		)
		.option('--once', 'exit after the conversation: with status 0 if it is complete, otherwise 1')
		.option('--port <number>', 'port of n8n; if in use, a free port', parsePort, N8N_PORT)
		.option(
			'--sandbox-port <number>',
			'port of the local Chert; if in use, a free port',
			parsePort,
			SANDBOX_PORT,
		)
		.helpOption('--help', 'show this help')
		.parse()
		.opts<Options>();
}

/**
 * Starts everything and plays the conversation. Then keeps running, unless `once` is set.
 * @returns the exit status
 */
async function runDemo(options: Options, shutdown: Shutdown): Promise<number> {
	let demo: Demo;
	try {
		const { port: n8nPort, sandboxPort } = options;
		demo = await startDemo({ n8nPort, sandboxPort, folder: openRunFolder(), shutdown });
	} catch (error) {
		console.error(`\n${error instanceof Error ? error.message : String(error)}`);
		return 1;
	}

	console.log('\nThe CRM reports a finished job to n8n.\n');
	printConversation(demo.sandbox.events);
	const missing = await playReviewRequest(demo);
	if (missing.length > 0) {
		const list = missing.map((each) => `  - ${each}`).join('\n');
		console.error(`\nThe conversation is incomplete. Missing:\n${list}\nn8n log: ${demo.n8n.log}`);
	} else {
		console.log('\nn8n sent the request and responded to the reply.');
	}
	const status = missing.length > 0 ? 1 : 0;
	if (options.once) return status;

	shutdown.status = status;
	console.log(instructions(demo));
	return await new Promise(() => undefined);
}

function instructions({ n8n, sandbox, files, owner }: Demo): string {
	const { url, body } = jobDone({ n8n, files });
	return [
		'',
		'Everything keeps running:',
		`  n8n editor    ${n8n.url}`,
		`  email         ${owner.email}`,
		`  password      ${owner.password}`,
		`  phones        ${sandbox.origin}  (write as the customer, and n8n responds)`,
		`  n8n log       ${n8n.log}`,
		'',
		'To send another review request as the CRM:',
		`  curl -H 'content-type: application/json' -d '${body}' ${url}`,
		'',
		'Press Ctrl-C to stop.',
	].join('\n');
}

/** Resolves with an exit status on the first signal. A second signal exits immediately. */
async function interruption(shutdown: Shutdown): Promise<number> {
	return await new Promise((resolve) => {
		let isStopping = false;
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
			process.on(signal, () => {
				if (isStopping) process.exit(shutdown.status);
				isStopping = true;
				console.log('\nStopping ...');
				resolve(shutdown.status);
			});
		}
	});
}

async function main(): Promise<void> {
	const options = readOptions();
	const shutdown = new Shutdown();
	const interrupted = interruption(shutdown);
	const status = await Promise.race([runDemo(options, shutdown), interrupted]);
	await shutdown.run();
	process.exit(status);
}

void main();
