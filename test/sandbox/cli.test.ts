import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const DEFAULT_PORT = 4010;

const ROOT = path.join(__dirname, '../..');

interface Outcome {
	code: number | null;
	output: string;
}

function start(...args: string[]): ChildProcess {
	return spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.ts', ...args], { cwd: ROOT });
}

async function outcome(child: ChildProcess): Promise<Outcome> {
	let output = '';
	child.stdout?.on('data', (chunk) => (output += String(chunk)));
	child.stderr?.on('data', (chunk) => (output += String(chunk)));
	return await new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

it('prints its help', async () => {
	const { code, output } = await outcome(start('--help'));
	expect(code).toBe(0);
	expect(output).toMatch(/--port <number>/);
	expect(output).toMatch(/webhookSignatureHeader: both, X-Webhook-Signature, x-chert-signature/);
});

it('starts with the script of its README, prints its address, and stops on a signal', async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'chert-script-'));
	const script = path.join(folder, 'leads.json');
	writeFileSync(
		script,
		/```json\n(.+?)```/s.exec(readFileSync(path.join(ROOT, 'sandbox/README.md'), 'utf8'))![1],
	);
	const child = start(
		'--port',
		'0',
		'--variant',
		'ids=prefixed',
		'--tenant',
		'shop-1',
		'--script',
		script,
	);
	const ended = outcome(child);
	const baseUrl = await new Promise<string>((resolve) => {
		let text = '';
		child.stdout?.on('data', (chunk) => {
			text += String(chunk);
			const found = /^Base URL +(\S+)$/m.exec(text)?.[1];
			if (found && text.includes('Ctrl-C')) resolve(found);
		});
	});
	const secret = '0123456789abcdef0123456789abcdef';
	const response = await fetch(`${baseUrl}/phone-numbers`, {
		headers: { authorization: `Bearer ${secret}`, 'x-chert-tenant': 'shop-1' },
	});
	expect(response.status).toBe(200);
	await response.text();
	child.kill('SIGTERM');
	const { code, output } = await ended;
	expect(code).toBe(0);
	expect(output).toContain(`Signing secret  ${secret}`);
	expect(output).toContain('Tenant          shop-1');
	rmSync(folder, { recursive: true });
});

describe('a requested port that is in use', () => {
	let blocker: Server;
	beforeAll(async () => {
		blocker = createServer();
		await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
	});
	afterAll(() => blocker.close());

	it('is reported', async () => {
		const { port } = blocker.address() as AddressInfo;
		expect(await outcome(start('--port', String(port)))).toEqual({
			code: 1,
			output: expect.stringContaining(
				`Port ${port} is in use. Choose another with --port, or omit --port.`,
			),
		});
	});
});

it('uses another port when the default one is in use and none was requested', async () => {
	const blocker = createServer();
	// In use by the blocker, or by another program.
	await new Promise<void>((resolve) =>
		blocker.once('error', () => resolve()).listen(DEFAULT_PORT, '127.0.0.1', resolve),
	);
	const child = start();
	const ended = outcome(child);
	child.stdout?.on('data', (chunk) => String(chunk).includes('Ctrl-C') && child.kill('SIGINT'));
	const { code, output } = await ended;
	blocker.close();
	expect(code).toBe(0);
	expect(output).toContain(`Port ${DEFAULT_PORT} is in use. Using another one.`);
	expect(output).toMatch(/Chert sandbox {3}http:\/\/127\.0\.0\.1:(?!4010\b)\d+/);
});

it.each([
	[['--port', 'many'], /whole number from 0 to 65535/],
	[['--variant', 'ids=short'], /Values of ids: documented, uuid, prefixed, hex32/],
	[['--variant', 'color=blue'], /Choose from: objectWrapper, successStatus/],
	[['--script', 'nowhere.json'], /Cannot read the script nowhere\.json/],
])('refuses %j with a reason', async (args, reason) => {
	const { code, output } = await outcome(start(...args));
	expect(code).toBe(1);
	expect(output).toMatch(reason);
});
