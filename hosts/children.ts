import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Milliseconds a child gets to end in its own way: n8n lets running executions finish first. */
const STOP_GRACE_MS = 20_000;

const LEASH = join(__dirname, 'leash.cjs');

export interface ChildOptions {
	/** What messages call it, such as `n8n worker 1`. */
	name: string;
	/** An executable: absolute path, or a name looked up on `env.PATH`. */
	command: string;
	args?: string[];
	/** The whole environment of the child; nothing is inherited beside it. */
	env: Record<string, string>;
	cwd?: string;
	/** File that standard output and standard error are appended to. */
	logFile: string;
	/** The signal that asks it to end; `SIGTERM` unless the program means something slower by that. */
	stopSignal?: NodeJS.Signals;
	/** User to run as, for programs that refuse to be root. */
	user?: { uid: number; gid: number };
}

export interface Child {
	name: string;
	pid: number;
	logFile: string;
	/** Exit status once it has ended; `undefined` while it runs. */
	exitCode(): number | undefined;
	/** Settles when the process and everything it had started are gone. */
	ended: Promise<void>;
	/** The last lines of its log. */
	tail(lines: number): string;
	/** Asks it to end, kills it after 20 s; resolves when it is gone. Does nothing when it has ended. */
	stop(): Promise<void>;
	/** Ends it and everything it started at once, as a crash would; resolves when it is gone. */
	kill(): Promise<void>;
}

/**
 * Starts a program in a process group of its own, on a leash: it ends when this process does, however this process ends.
 * @throws {Error} when the operating system cannot start a process at all; a missing program shows as exit status 127
 */
export function startChild(options: ChildOptions): Child {
	const { name, command, args = [], env, cwd, logFile, stopSignal = 'SIGTERM', user } = options;
	mkdirSync(dirname(logFile), { recursive: true });
	const log = openSync(logFile, 'a');
	const order = JSON.stringify({ command, args, stopSignal, ...user });
	const leash = spawn(process.execPath, [LEASH, order], {
		cwd,
		env,
		detached: true,
		stdio: ['pipe', log, log],
	});
	closeSync(log);
	const pid = leash.pid;
	if (pid === undefined) throw new Error(`${name} could not be started: no process was created`);
	// The leash may die while we write nothing to it: an EPIPE there says no more than `exit` does.
	leash.stdin?.on('error', () => undefined);

	let status: number | undefined;
	const ended = new Promise<void>((resolve) => {
		leash.on('exit', (code) => {
			status = code ?? 1;
			signalGroup(pid, 'SIGKILL');
			resolve();
		});
	});

	return {
		name,
		pid,
		logFile,
		ended,
		exitCode: () => status,
		tail: (lines) => lastLines(logFile, lines),
		async stop() {
			if (status !== undefined) return;
			leash.kill('SIGTERM');
			const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), STOP_GRACE_MS);
			await ended;
			clearTimeout(timer);
		},
		async kill() {
			if (status !== undefined) return;
			signalGroup(pid, 'SIGKILL');
			await ended;
		},
	};
}

/** The last lines of a text file; empty when there is no such file. */
function lastLines(file: string, lines: number): string {
	try {
		return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
	} catch {
		return '';
	}
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-leader, signal);
	} catch (error) {
		// ESRCH: every process of the group has ended, which is what was wanted.
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
