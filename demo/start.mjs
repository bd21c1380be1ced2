/**
 * `npm start` on a fresh clone: installs the packages that the demo is written with, then runs it.
 * Only what Node.js itself brings may be imported here at the top, because nothing else may be installed yet.
 */
import { createRequire } from 'node:module';
import { ensurePackages, requireNode, ROOT } from '../scripts/ensure-packages.mjs';

requireNode();
// The spinner's colours go by the terminal's kind alone, and would end up in files and pipes.
if (!process.stdout.isTTY) process.env.NO_COLOR ??= '1';
try {
	await ensurePackages(ROOT);
} catch (error) {
	console.error(error.message);
	process.exit(1);
}

// In this same process, so that Ctrl-C and the exit status need no relay.
const { register } = await import('tsx/cjs/api');
register();
createRequire(import.meta.url)('./main.ts');
