import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type ChildOptions } from '../../hosts/children';
import { until } from '../../hosts/ready';

const CHILDREN = join(__dirname, '..', '..', 'hosts', 'children.ts');
const TSX = require.resolve('tsx/cli');

/** A program that has a child of its own, tells both process ids, and goes on for ever. */
const FAMILY = `
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

/** Process ids that the program above has written to its log. */
async function family(): Promise<number[]> {
	const read = async () =>
		/^(\d+) (\d+)$/m.exec(readFileSync(join(folder, 'program.log'), 'utf8')) ?? undefined;
	const [, parent, child] = await until(read, { what: 'The process ids', timeoutMs: 10_000 });
	return [Number(parent), Number(child)];
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		// What has ended and waits for its parent to notice is still listed.
		return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
}

const allGone = async (pids: number[]) =>
	await until(async () => pids.every((pid) => !isAlive(pid)), {
		what: 'The end of all processes',
		timeoutMs: 10_000,
	});

describe('startChild', () => {
	it('keeps what the program prints, and its exit status', async () => {
		const child = start('console.log("one\\ntwo"); console.error("three"); process.exit(7)');
		await child.ended;
		expect(child.exitCode()).toBe(7);
		expect(child.tail(2)).toBe('two\nthree');
	});

	it('gives the program nothing of our environment but what it is given', async () => {
		const child = start('console.log(Object.keys(process.env).join())', { env: { ONLY: 'this' } });
		await child.ended;
		expect(child.tail(1)).toBe('ONLY');
	});

	it('tells when there is no such program', async () => {
		const child = start('', { command: '/no/such/program' });
		await child.ended;
		expect(child.exitCode()).toBe(127);
		expect(child.tail(1)).toContain('/no/such/program could not be started');
	});

	it('lets the program end in its own way on stop', async () => {
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
		'ends what the program has started as well on %s',
		async (how) => {
			const child = start(FAMILY);
			const pids = await family();
			await child[how]();
			await allGone(pids);
			expect(child.exitCode()).toBeDefined();
		},
	);

	it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
		'ends everything when its starter is ended by %s',
		async (signal) => {
			const options = JSON.stringify({
				name: 'it',
				command: process.execPath,
				args: ['-e', FAMILY],
				env: {},
				logFile: join(folder, 'program.log'),
			});
			const script = `require(${JSON.stringify(CHILDREN)}).startChild(${options}); setInterval(() => {}, 1000);`;
			const starter = spawn(process.execPath, [TSX, '-e', script], {
				stdio: 'inherit',
				detached: true,
			});
			const pids = await family();
			process.kill(-(starter.pid ?? 0), signal);
			await allGone(pids);
		},
	);
});
