'use strict';
/**
 * Runs one command and ends it, with everything it started, as soon as whoever started this script is gone.
 *
 * A starter that is killed outright (kill -9, a crash, a closed terminal) cannot clean up after itself. It holds the
 * other end of our standard input, so its death reaches us as the end of that stream, whatever it died of.
 *
 * Usage: node leash.cjs '{"command": "…", "args": ["…"], "stopSignal": "SIGTERM", "uid": 0, "gid": 0}',
 * started as the leader of a process group of its own.
 */
const { spawn } = require('node:child_process');

/** Milliseconds that an orphaned command gets to end in its own way before its group is killed. */
const ORPHAN_GRACE_MS = 5_000;

const { command, args, stopSignal, uid, gid } = JSON.parse(process.argv[2]);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], uid, gid });
let orphaned = false;

child.on('error', (error) => {
	console.error(`${command} could not be started: ${error.message}`);
	process.exit(127);
});
child.on('exit', (code, signal) => {
	if (orphaned) killGroup();
	if (signal) console.error(`${command} was ended by ${signal}`);
	process.exit(code ?? 1);
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
	process.on(signal, () => child.kill(stopSignal));

process.stdin.resume();
process.stdin.on('error', onOrphaned);
process.stdin.on('end', onOrphaned);

function onOrphaned() {
	orphaned = true;
	child.kill(stopSignal);
	setTimeout(killGroup, ORPHAN_GRACE_MS);
}

function killGroup() {
	process.kill(-process.pid, 'SIGKILL');
}
