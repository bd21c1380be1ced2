import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type ChildOptions } from '../../hosts/children';
import { until } from '../../hosts/ready';

const CHILDREN = join(__dirname, '..', '..', 'hosts', 'children.ts');
const TSX = require.resolve('tsx/cli');

/** A program that starts a child process, prints both process ids, and keeps running. */
const PARENT_AND_CHILD = `
	const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
	console.log(process.pid + ' ' + child.pid);
	setInterval(() => {}, 1000);
`;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'chert-children-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(script: string, options: Partial<ChildOptions> = {}) {
	return startChild({
		name: 'a program',
		command: process.execPath,
		args: ['-e', script],
		env: {},
		logFile: join(folder, 'program.log'),
		...options,
	});
}

/** Reads the process ids of that program from its log. */
async function processIds(): Promise<number[]> {
	const read = async () =>
		/^(\d+) (\d+)$/m.exec(readFileSync(join(folder, 'program.log'), 'utf8')) ?? undefined;
	const [, parent, child] = await until(read, { what: 'The process ids', timeoutMs: 10_000 });
	return [Number(parent), Number(child)];
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		// The system still lists zombie processes.
		return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
}

const untilAllEnded = async (pids: number[]) =>
	await until(async () => pids.every((pid) => !isRunning(pid)), {
		what: 'The end of all processes',
		timeoutMs: 10_000,
	});

describe('startChild', () => {
	it('logs the output of the program and returns its exit status', async () => {
		const child = start('console.log("one\\ntwo"); console.error("three"); process.exit(7)');
		await child.ended;
		expect(child.exitCode()).toBe(7);
		expect(child.tail(2)).toBe('two\nthree');
	});

	it('passes only the given environment variables', async () => {
		const child = start('console.log(Object.keys(process.env).join())', { env: { ONLY: 'this' } });
		await child.ended;
		expect(child.tail(1)).toBe('ONLY');
	});

	it('reports a missing program', async () => {
		const child = start('', { command: '/no/such/program' });
		await child.ended;
		expect(child.exitCode()).toBe(127);
		expect(child.tail(1)).toContain('/no/such/program failed to start');
	});

	it('stops the program gracefully', async () => {
		const child = start(
			'process.on("SIGINT", () => { console.log("bye"); process.exit(0); }); console.log("up"); setInterval(() => {}, 1000);',
			{
				stopSignal: 'SIGINT',
			},
		);
		await until(async () => child.tail(1) === 'up', { what: 'The start', timeoutMs: 10_000 });
		await child.stop();
		expect([child.exitCode(), child.tail(1)]).toEqual([0, 'bye']);
	});

	it.each(['stop', 'kill'] as const)(
		'also ends child processes of the program on %s',
		async (how) => {
			const child = start(PARENT_AND_CHILD);
			const pids = await processIds();
			await child[how]();
			await untilAllEnded(pids);
			expect(child.exitCode()).toBeDefined();
		},
	);

	it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
		'ends everything when the parent process gets %s',
		async (signal) => {
			const options = JSON.stringify({
				name: 'it',
				command: process.execPath,
				args: ['-e', PARENT_AND_CHILD],
				env: {},
				logFile: join(folder, 'program.log'),
			});
			const script = `require(${JSON.stringify(CHILDREN)}).startChild(${options}); setInterval(() => {}, 1000);`;
			const parent = spawn(process.execPath, [TSX, '-e', script], {
				stdio: 'inherit',
				detached: true,
			});
			const pids = await processIds();
			process.kill(-(parent.pid ?? 0), signal);
			await untilAllEnded(pids);
		},
	);
});
