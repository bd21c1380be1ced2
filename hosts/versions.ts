import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A pinned n8n: a subfolder with package.json, package-lock.json and, once installed, node_modules. */
export interface HostVersion {
	name: HostName;
	/** Absolute path of the folder. */
	folder: string;
	/** n8n's major version; the REST interfaces differ. */
	major: 1 | 2;
	/** Whether the lockfile includes Node.js (npm package `node`), because n8n requires a newer one than this project. */
	hasOwnNode: boolean;
	/** Packages with native code, to build after an installation without scripts. */
	nativePackages: string[];
	/** Additional environment variables of this version. */
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
		env: {
			// The newer engine requires isolated-vm, which does not build on Node.js 20.
			N8N_EXPRESSION_ENGINE: 'legacy',
			// Without a pool, n8n 1 stores the status of an execution before its data, and a restart in between loses the
			// data. n8n 2 always has a pool.
			DB_SQLITE_POOL_SIZE: '2',
		},
	},
};

/** Returns the pinned n8n of this name. */
export function hostVersion(name: HostName): HostVersion {
	return { name, folder: join(__dirname, name), ...HOSTS[name] };
}

/** Path of the Node.js executable for this n8n: its own, or the current one. */
export function nodeOf(host: HostVersion): string {
	return host.hasOwnNode
		? join(host.folder, 'node_modules', 'node', 'bin', 'node')
		: process.execPath;
}

/** Path of n8n's start script; run it with {@link nodeOf}. */
export function n8nScript(host: HostVersion): string {
	return join(host.folder, 'node_modules', 'n8n', 'bin', 'n8n');
}

/**
 * Folder with the C++ headers of the host's Node.js, which native packages need. npm downloads them if this is
 * `undefined`.
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
