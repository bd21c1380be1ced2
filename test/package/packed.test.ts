import { loadOutputSchema, PackageDirectoryLoader } from 'n8n-core';
import type { INodeTypeDescription } from 'n8n-workflow';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type UnpackedPackage, unpackPackage } from '../../lint/packed';
import { resources } from '../../nodes/Chert/resources';

const PROJECT = join(__dirname, '../..');

/** Size of the download in bytes. */
const SIZE_LIMIT = 80_000;

/** Node types by source folder: `nodes/ChertTrigger` holds `chertTrigger`. */
const NODES = readdirSync(join(PROJECT, 'nodes'))
	.filter((name) => existsSync(join(PROJECT, 'nodes', name, `${name}.node.ts`)))
	.map((name) => name.charAt(0).toLowerCase() + name.slice(1))
	.sort();

let unpacked: UnpackedPackage;
let folder: string;
let loader: PackageDirectoryLoader;

beforeAll(async () => {
	unpacked = await unpackPackage(PROJECT);
	folder = unpacked.folder;
	// n8n provides n8n-workflow; the package has no dependencies.
	symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'), 'junction');
	loader = new PackageDirectoryLoader(folder);
	await loader.loadAll();
});

afterAll(() => unpacked?.remove());

const paths = () => unpacked.listing.files.map((file) => file.path);

describe('the npm tarball', () => {
	it('contains only dist and three documents', () => {
		const outside = paths().filter((path) => !path.startsWith('dist/'));
		expect(outside.sort()).toEqual(['LICENSE.md', 'README.md', 'package.json']);
	});

	it('contains only files that n8n loads: code, icons, codex files and output schemas', () => {
		const inside = paths().filter((path) => path.startsWith('dist/'));
		const known =
			/^dist\/(bundle\.js|nodes\/.+\.node\.js|credentials\/.+\.js|icons\/[^/]+\.svg|nodes\/.+\.node\.json|nodes\/.+\/__schema__\/.+\.json)$/;
		expect(inside.filter((path) => !known.test(path))).toEqual([]);
	});

	it(`is smaller than ${SIZE_LIMIT / 1000} kB`, () => {
		expect(unpacked.listing.size).toBeLessThan(SIZE_LIMIT);
	});
});

describe('the package, loaded by n8n', () => {
	it('provides every node of the source and the credential', () => {
		expect(Object.keys(loader.nodeTypes).sort()).toEqual(NODES);
		expect(Object.keys(loader.credentialTypes)).toEqual(['chertApi']);
	});

	it('supports the credential in every node', () => {
		expect([...(loader.known.credentials.chertApi.supportedNodes ?? [])].sort()).toEqual(NODES);
	});

	describe.each(NODES)('%s', (name) => {
		const description = () => loader.nodeTypes[name].type.description as INodeTypeDescription;

		it('has a light and a dark icon, both in the tarball', async () => {
			const { iconUrl } = description();
			if (typeof iconUrl !== 'object') throw new Error(`iconUrl is ${JSON.stringify(iconUrl)}`);
			// n8n serves the icon of a package under icons/<package name>/.
			const [light, dark] = await Promise.all(
				[iconUrl.light, iconUrl.dark].map((url) =>
					readFile(join(folder, url.replace('icons/n8n-nodes-chert/', ''))),
				),
			);
			expect(light.equals(dark)).toBe(false);
		});

		it('is in the category Communication, with links to documentation', () => {
			expect(description().codex?.categories).toContain('Communication');
			expect(description().codex?.resources?.primaryDocumentation).not.toHaveLength(0);
			expect(description().codex?.alias).toContain('iMessage');
		});
	});

	it('names its node in each codex file', async () => {
		for (const nodeFile of Object.values(loader.known.nodes).map(({ sourcePath }) => sourcePath)) {
			const codex = JSON.parse(await readFile(join(folder, `${nodeFile}on`), 'utf8'));
			const name = Object.entries(loader.known.nodes).find(
				([, { sourcePath }]) => sourcePath === nodeFile,
			)?.[0];
			expect(codex.node).toBe(`n8n-nodes-chert.${name}`);
		}
	});

	it('has an output schema for each operation', () => {
		const { properties } = loader.nodeTypes.chert.type.description as INodeTypeDescription;
		const lists = properties.filter((property) => property.name === 'operation');
		const operations = lists.flatMap(({ displayOptions, options }) =>
			(displayOptions?.show?.resource ?? []).flatMap((resource) =>
				(options ?? []).map((option) => ({
					resource: String(resource),
					operation: (option as { value: string }).value,
				})),
			),
		);
		const inSource = resources.flatMap((resource) => resource.operations);
		expect(operations).toHaveLength(inSource.length);
		const nodeDir = join(folder, 'dist/nodes/Chert');
		expect(
			operations.filter((operation) => !loadOutputSchema({ nodeDir, version: 1, ...operation })),
		).toEqual([]);
	});
});
