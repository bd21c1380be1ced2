import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A private package that holds n8n's command line tool, whose dependencies do not belong among our own. */
export const OFFICIAL_FOLDER = join(__dirname, 'official');

/** What makes up the node package in a checkout; the tools around it are not n8n's to judge. */
const PACKAGE_PARTS = ['package.json', 'tsconfig.json', 'nodes', 'credentials', 'icons'];

/** The two lines that strict mode asks for in eslint.config.mjs, as n8n's own template has them. */
const TEMPLATE_CONFIG = '@n8n/node-cli/dist/template/templates/shared/default/eslint.config.mjs';

/** A folder in which `eslint .` does what `n8n-node lint` does. */
export interface Stage {
	folder: string;
	/** Deletes the folder. */
	remove(): Promise<void>;
}

/**
 * Copies the node package into a temporary folder as n8n's template would have it: n8n's eslint.config.mjs, and n8n's
 * command line tool among its packages.
 * @param root the checkout
 * @throws if the packages of lint/official are not installed
 */
export async function stageForOfficialLint(root: string): Promise<Stage> {
	const folder = await mkdtemp(join(tmpdir(), 'chert-official-lint-'));
	const modules = join(OFFICIAL_FOLDER, 'node_modules');
	for (const part of PACKAGE_PARTS) {
		if (existsSync(join(root, part)))
			await cp(join(root, part), join(folder, part), { recursive: true });
	}
	await cp(join(modules, TEMPLATE_CONFIG), join(folder, 'eslint.config.mjs'));
	await symlink(modules, join(folder, 'node_modules'), 'junction');
	return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
