import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Milliseconds that a child gets to stop gracefully. n8n finishes running executions first. */
const STOP_TIMEOUT_MS = 20_000;

const SUPERVISOR = join(__dirname, 'childSupervisor.cjs');

export interface ChildOptions {
	/** Name in messages, e.g. `worker-1`. */
	name: string;
	/** Absolute path of an executable, or its name on `env.PATH`. */
	command: string;
	args?: string[];
	/** The complete environment of the child; it inherits nothing else. */
	env: Record<string, string>;
	cwd?: string;
	/** Standard output and standard error are appended to this file. */
	logFile: string;
	/** Signal that stops the program gracefully. Default: `SIGTERM`. */
	stopSignal?: NodeJS.Signals;
	/** User of the process, for programs that refuse to run as root. */
	user?: { uid: number; gid: number };
}

export interface Child {
	name: string;
	pid: number;
	logFile: string;
	/** Exit status, or `undefined` while it is running. */
	exitCode(): number | undefined;
	/** Resolves when the process and its child processes have ended. */
	ended: Promise<void>;
	/** Returns the last lines of its log. */
	tail(lines: number): string;
	/** Stops it gracefully, or kills it after 20 s. Resolves when it has ended. */
	stop(): Promise<void>;
	/** Kills it and its child processes, like a crash. Resolves when it has ended. */
	kill(): Promise<void>;
}

/**
 * Starts a program in its own process group. It stops when this process ends, even if this process is killed.
 * @throws {Error} when the system cannot create a process; a missing program gives exit status 127 instead
 */
export function startChild(options: ChildOptions): Child {
	const { name, command, args = [], env, cwd, logFile, stopSignal = 'SIGTERM', user } = options;
	mkdirSync(dirname(logFile), { recursive: true });
	const log = openSync(logFile, 'a');
	const config = JSON.stringify({ command, args, stopSignal, ...user });
	const supervisor = spawn(process.execPath, [SUPERVISOR, config], {
		cwd,
		env,
		detached: true,
		stdio: ['pipe', log, log],
	});
	closeSync(log);
	const { pid } = supervisor;
	if (pid === undefined) throw new Error(`${name} failed to start: the system created no process`);
	// EPIPE: the supervisor has ended, which `exit` reports too.
	supervisor.stdin?.on('error', () => undefined);

	let status: number | undefined;
	const ended = new Promise<void>((resolve) => {
		supervisor.on('exit', (code) => {
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
			supervisor.kill('SIGTERM');
			const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), STOP_TIMEOUT_MS);
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

/** Last lines of a text file; empty if there is no such file. */
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
		// ESRCH: all processes of the group have already ended.
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
