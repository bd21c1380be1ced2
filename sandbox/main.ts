import { readFile } from 'node:fs/promises';

import { Command, InvalidArgumentError } from 'commander';

import {
	DEFAULT_SIGNING_SECRET,
	DEFAULT_TENANT,
	startSandbox,
	VARIANT_NAMES,
	VARIANTS,
	type ReplyScript,
	type Sandbox,
	type SandboxOptions,
	type VariantName,
	type Variants,
} from './index';

/** Default, so that the address stays the same from run to run. */
const DEFAULT_PORT = 4010;

interface CliOptions {
	port?: number;
	secret: string;
	tenant: string;
	seed: number;
	variant: Partial<Variants>;
	script?: string;
}

function wholeNumber(text: string, max: number): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 0 || value > max)
		throw new InvalidArgumentError(`Enter a whole number from 0 to ${max}.`);
	return value;
}

/** Reads one `name=value`; the value is compared as text with the allowed ones. */
function variant(text: string, chosen: Partial<Variants>): Partial<Variants> {
	const [name, value] = text.split('=');
	if (!VARIANT_NAMES.includes(name as VariantName))
		throw new InvalidArgumentError(`Choose from: ${VARIANT_NAMES.join(', ')}.`);
	const allowed: ReadonlyArray<string | number | boolean> = VARIANTS[name as VariantName];
	const match = allowed.find((each) => String(each) === value);
	if (match === undefined)
		throw new InvalidArgumentError(`Values of ${name}: ${allowed.join(', ')}.`);
	return { ...chosen, [name]: match };
}

const program = new Command('sandbox')
	.description(
		'A local Chert on 127.0.0.1: the whole API, scripted replies, signed webhooks and a control API, all in memory.',
	)
	.option(
		'--port <number>',
		`port to listen on (default: ${DEFAULT_PORT}, or another if that is in use; 0: any)`,
		(text) => wholeNumber(text, 65_535),
	)
	.option('--secret <text>', 'signing secret', DEFAULT_SIGNING_SECRET)
	.option('--tenant <slug>', 'tenant slug', DEFAULT_TENANT)
	.option(
		'--seed <number>',
		'seed for faults with a probability',
		(text) => wholeNumber(text, 0xffffffff),
		1,
	)
	.option(
		'--variant <name=value>',
		'choose a behavior that the API contract leaves open; can be repeated',
		variant,
		{},
	)
	.option('--script <file>', 'JSON file with reply scripts, in the format of POST /control/scripts')
	.addHelpText(
		'after',
		`\nVariants, default first:\n${VARIANT_NAMES.map((name) => `  ${name}: ${VARIANTS[name].join(', ')}`).join('\n')}`,
	);

/** Starts on the given port; without one on the default port, or on another when that is in use. */
async function start(options: SandboxOptions, port: number | undefined): Promise<Sandbox> {
	try {
		return await startSandbox({ ...options, port: port ?? DEFAULT_PORT });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
		if (port !== undefined)
			throw new Error(`Port ${port} is in use. Choose another with --port, or omit --port.`);
		console.log(`Port ${DEFAULT_PORT} is in use. Using another one.`);
		return await startSandbox({ ...options, port: 0 });
	}
}

async function readScripts(file: string): Promise<ReplyScript | ReplyScript[]> {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as ReplyScript | ReplyScript[];
	} catch (error) {
		throw new Error(`Cannot read the script ${file}: ${(error as Error).message}`);
	}
}

async function main(): Promise<void> {
	const {
		port,
		secret,
		tenant,
		seed,
		variant: variants,
		script,
	} = program.parse().opts<CliOptions>();
	const scripts = script === undefined ? undefined : await readScripts(script);
	const sandbox = await start({ signingSecret: secret, tenant, seed, variants }, port);
	process.once('SIGINT', () => void sandbox.close());
	process.once('SIGTERM', () => void sandbox.close());
	sandbox.events.on('scriptFailed', (error) =>
		console.error(`A scripted reply was not sent: ${error.message}`),
	);
	try {
		if (scripts) sandbox.control.addScripts(scripts);
	} catch (error) {
		await sandbox.close();
		throw error;
	}
	const lines = sandbox.lines.map(
		({ phoneNumber, phoneLineId, isActive }) =>
			`${phoneNumber} (${phoneLineId}${isActive ? '' : ', inactive'})`,
	);
	console.log(
		[
			`Chert sandbox   ${sandbox.origin}`,
			`Base URL        ${sandbox.apiUrl}`,
			`Signing secret  ${sandbox.signingSecret}`,
			`Tenant          ${sandbox.tenant}`,
			`Lines           ${lines.join(', ')}`,
			`Phone           ${sandbox.origin}/ (open it in a browser)`,
			`Control         ${sandbox.origin}/control`,
			'Press Ctrl-C to stop.',
		].join('\n'),
	);
}

main().catch((error: unknown) => {
	console.error((error as Error).message);
	process.exitCode = 1;
});
