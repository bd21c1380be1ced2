import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A pinned n8n: a folder beside this file with package.json, package-lock.json and, once installed, node_modules. */
export interface HostVersion {
	name: HostName;
	/** Absolute path of that folder. */
	folder: string;
	/** n8n's major version, where its REST interface differs. */
	major: 1 | 2;
	/** Whether the lockfile brings a Node.js of its own (npm package `node`), because n8n needs a newer one than we do. */
	hasOwnNode: boolean;
	/** Packages whose native part has to be built after an installation without scripts. */
	nativePackages: string[];
	/** Environment that this version needs beside the common one. */
	env: Record<string, string>;
}

export type HostName = 'n8n-2' | 'n8n-1';

const HOSTS: Record<HostName, Omit<HostVersion, 'name' | 'folder'>> = {
	'n8n-2': {
		major: 2,
		hasOwnNode: true,
		nativePackages: ['sqlite3', 'isolated-vm'],
		env: {},
	},
	'n8n-1': {
		major: 1,
		hasOwnNode: false,
		nativePackages: ['sqlite3'],
		// isolated-vm, which the newer engine rests on, does not build on Node.js 20.
		env: { N8N_EXPRESSION_ENGINE: 'legacy' },
	},
};

/** The pinned n8n of that name. */
export function hostVersion(name: HostName): HostVersion {
	return { name, folder: join(__dirname, name), ...HOSTS[name] };
}

/** The Node.js executable that this n8n runs on: its own, else the one that runs us. */
export function nodeOf(host: HostVersion): string {
	return host.hasOwnNode
		? join(host.folder, 'node_modules', 'node', 'bin', 'node')
		: process.execPath;
}

/** The script that `n8n` is: start it with {@link nodeOf}. */
export function n8nScript(host: HostVersion): string {
	return join(host.folder, 'node_modules', 'n8n', 'bin', 'n8n');
}

/**
 * The folder with the C++ headers of the host's Node.js, so that native packages are built for it and without a
 * download; `undefined` where that Node.js came without headers.
 */
export function nodeHeaders(host: HostVersion): string | undefined {
	if (!host.hasOwnNode) return undefined;
	const packages = join(host.folder, 'node_modules', 'node', 'node_modules');
	const names = [
		`node-${process.platform}-${process.arch}`,
		`node-bin-${process.platform}-${process.arch}`,
	];
	return names
		.map((name) => join(packages, name))
		.find((folder) => existsSync(join(folder, 'include', 'node')));
}
