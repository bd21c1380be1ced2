/** `npm run docs`: writes the pages about the operations and triggers. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { program } from 'commander';

import { DOCS, makePages, outdatedPages } from './pages';

const { check } = program
	.name('npm run docs')
	.description('Writes a page for each operation and trigger, from the code.')
	.option('--check', 'write nothing; exit with 1 if a page is out of date')
	.parse()
	.opts<{ check?: boolean }>();

async function main(): Promise<void> {
	const pages = await makePages();
	const outdated = outdatedPages(pages);
	for (const path of outdated) console.log(path);
	if (check) {
		process.exitCode = outdated.length > 0 ? 1 : 0;
		return;
	}
	for (const path of outdated) {
		const file = join(DOCS, path);
		const page = pages.get(path);
		mkdirSync(dirname(file), { recursive: true });
		if (page === undefined) rmSync(file);
		else writeFileSync(file, page);
	}
	console.log(`${outdated.length} of ${pages.size} pages written.`);
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
