import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { until } from '../../hosts/ready';

const START = join(__dirname, '..', '..', 'demo', 'start.mjs');

/** A start on a busy machine; n8n may also have to be installed first. */
const START_TIMEOUT_MS = 15 * 60_000;

/** The demo, and what it has printed. */
interface Run {
	process: ChildProcess;
	output(): string;
	/** Waits until it has printed something that matches; fails as soon as it has ended without that. */
	prints(pattern: RegExp): Promise<RegExpMatchArray>;
	ended: Promise<number | null>;
}

function startDemo(...args: string[]): Run {
	const demo = spawn(process.execPath, [START, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
	let text = '';
	for (const stream of [demo.stdout, demo.stderr])
		stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
	const ended = new Promise<number | null>((resolve) => demo.on('close', resolve));
	return {
		process: demo,
		output: () => text,
		ended,
		async prints(pattern) {
			return await until(async () => pattern.exec(text) ?? undefined, {
				what: `Output that matches ${String(pattern)}`,
				timeoutMs: START_TIMEOUT_MS,
				failFast() {
					if (demo.exitCode !== null && !pattern.test(text))
						throw new Error(`The demo ended with ${demo.exitCode}:\n${text}`);
				},
			});
		},
	};
}

/** Takes a port of the loopback address, so that nobody else can. */
async function occupy(): Promise<{ server: Server; port: number }> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('Not a TCP server');
	return { server, port: address.port };
}

const answers = async (url: string) =>
	await fetch(url).then(
		() => true,
		() => false,
	);

describe('the demo', () => {
	let run: Run | undefined;
	afterEach(async () => {
		run?.process.kill('SIGKILL');
		await run?.ended;
	});

	it('plays the conversation once and ends well', async () => {
		run = startDemo('--once');
		expect(await run.ended).toBe(0);
		const heard = [
			'Hi Ana',
			'[file] after.png',
			'[link] https://',
			'It looks wonderful',
			'n8n added a tapback (like)',
			'Thank you for your',
		];
		const places = heard.map((text) => run?.output().indexOf(text) ?? -1);
		expect(places).toEqual([...places].sort((a, b) => a - b));
		expect(places).not.toContain(-1);
	});

	it('takes other ports when its own are taken, stays up, and stops everything on Ctrl-C', async () => {
		const [n8n, sandbox] = [await occupy(), await occupy()];
		run = startDemo('--port', String(n8n.port), '--sandbox-port', String(sandbox.port));
		const [, editor] = await run.prints(/n8n editor\s+(\S+)/);
		const [, phones] = await run.prints(/phones\s+(\S+)/);
		expect(editor).not.toContain(String(n8n.port));
		expect(phones).not.toContain(String(sandbox.port));
		expect([await answers(editor), await answers(`${phones}/control`)]).toEqual([true, true]);
		const [, body, webhook] = await run.prints(
			/curl -H 'content-type: application\/json' -d '(.+)' (\S+)/,
		);
		const again = await fetch(webhook, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body,
		});
		expect(again.status).toBe(200);
		await run.prints(/Hi Ana[^]+Hi Ana/);

		run.process.kill('SIGINT');
		expect(await run.ended).toBe(0);
		expect([await answers(editor), await answers(`${phones}/control`)]).toEqual([false, false]);
		n8n.server.close();
		sandbox.server.close();
	});

	it('leaves nothing behind when it is killed, and the next start clears up after it', async () => {
		run = startDemo();
		const [, editor] = await run.prints(/n8n editor\s+(\S+)/);
		const [, log] = await run.prints(/n8n log\s+(\S+)/);
		run.process.kill('SIGKILL');
		await run.ended;
		await until(async () => !(await answers(editor)), {
			what: 'The end of n8n',
			timeoutMs: 20_000,
		});

		run = startDemo('--once');
		await run.prints(/Building the package/);
		expect(existsSync(log)).toBe(false);
		expect(await run.ended).toBe(0);
	});
});
