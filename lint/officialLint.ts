import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A private package with n8n's command line tool, which keeps its dependencies apart from ours. */
export const OFFICIAL_FOLDER = join(__dirname, 'official');

/** The parts of a checkout that n8n lints. */
const PACKAGE_PARTS = ['package.json', 'tsconfig.json', 'nodes', 'credentials', 'icons'];

/** The two-line eslint.config.mjs of n8n's template, which strict mode requires. */
const TEMPLATE_CONFIG = '@n8n/node-cli/dist/template/templates/shared/default/eslint.config.mjs';

/** A temporary copy of the node package, in which `eslint .` gives the result of `n8n-node lint`. */
export interface OfficialCopy {
	folder: string;
	/** Deletes the folder. */
	remove(): Promise<void>;
}

/**
 * Copies the node package into a temporary folder, with n8n's eslint.config.mjs and n8n's command line tool.
 * @param root the checkout
 * @throws if the packages of lint/official are not installed
 */
export async function copyForOfficialLint(root: string): Promise<OfficialCopy> {
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
