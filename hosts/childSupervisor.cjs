'use strict';
/**
 * Runs a command, and stops it and its child processes when the parent process of this script ends.
 *
 * A parent that is killed (kill -9, a crash, a closed terminal) cannot stop its children. It holds the other end of
 * standard input, so the end of that stream shows that the parent has ended.
 *
 * Usage: node childSupervisor.cjs '{"command": "…", "args": ["…"], "stopSignal": "SIGTERM", "uid": 0, "gid": 0}'
 * Start it as the leader of a process group.
 */
const { spawn } = require('node:child_process');

/** Milliseconds that the command gets to stop gracefully when the parent has ended. */
const STOP_TIMEOUT_MS = 5_000;

const { command, args, stopSignal, uid, gid } = JSON.parse(process.argv[2]);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], uid, gid });
let isParentGone = false;

child.on('error', (error) => {
	console.error(`${command} failed to start: ${error.message}`);
	process.exit(127);
});
child.on('exit', (code, signal) => {
	if (isParentGone) killGroup();
	if (signal) console.error(`${command} was stopped by ${signal}`);
	process.exit(code ?? 1);
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
	process.on(signal, () => child.kill(stopSignal));

process.stdin.resume();
process.stdin.on('error', onParentGone);
process.stdin.on('end', onParentGone);

function onParentGone() {
	isParentGone = true;
	child.kill(stopSignal);
	setTimeout(killGroup, STOP_TIMEOUT_MS);
}

function killGroup() {
	process.kill(-process.pid, 'SIGKILL');
}
