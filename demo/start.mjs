/**
 * `npm start`: installs the development packages when they are missing, then runs the demo.
 * Static imports here are limited to Node.js modules, because a fresh clone has nothing installed yet.
 */
import { createRequire } from 'node:module';
import { ensurePackages, requireNode, ROOT } from '../scripts/installer.js';

requireNode();
// Without this the spinner writes colors to files and pipes too.
if (!process.stdout.isTTY) process.env.NO_COLOR ??= '1';
try {
	await ensurePackages(ROOT);
} catch (error) {
	console.error(error.message);
	process.exit(1);
}

// Runs in this process, so that Ctrl-C and the exit status apply to the demo directly.
const { register } = await import('tsx/cjs/api');
register();
createRequire(import.meta.url)('./main.ts');
