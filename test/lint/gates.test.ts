import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GateReport } from '../../lint/gateReport';

const PROJECT = join(__dirname, '../..');

const NODE_WITH_FAULTS = `/* eslint-disable */
import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import axios from 'axios';
import { absent } from './absent';
export class Planted implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Planted', name: 'planted', icon: 'file:planted.svg', group: ['transform'], version: 1,
		description: 'Planted.', defaults: { name: 'Planted' },
		inputs: [NodeConnectionTypes.Main], outputs: [NodeConnectionTypes.Main],
		properties: [{ displayName: 'phone number', name: 'phone', type: 'boolean', default: false, description: 'Is it' }],
	};
	async poll() { console.log(axios, absent, setTimeout); return null; }
}
`;

/** A function returns the label, like labels that several operations share. */
const BUILT_NODE_WITH_FAULTS = `
exports.home = process.env.HOME;
const field = (displayName) => ({ displayName, name: 'phone', type: 'string', default: '' });
exports.Planted = class { description = { displayName: 'Planted', name: 'planted', properties: [field('phone number')] } };
`;

const CREDENTIAL_WITH_FAULTS = `import type { ICredentialType, INodeProperties } from 'n8n-workflow';
export class PlantedApi implements ICredentialType {
	name = 'plantedApi';
	displayName = 'Planted API';
	properties: INodeProperties[] = [{ displayName: 'API Secret', name: 'apiSecret', type: 'string', default: '' }];
}
`;

/** Creates a checkout in which every gate has findings. */
function plantFaults(root: string): void {
	const { homepage, ...manifest } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
	expect(homepage).toBeDefined();
	manifest.n8n.nodes = ['dist/nodes/Planted/Planted.node.js'];
	const files = {
		'package.json': JSON.stringify({ ...manifest, dependencies: { axios: '1.18.0' } }),
		'nodes/Planted/Planted.node.ts': NODE_WITH_FAULTS,
		'credentials/PlantedApi.credentials.ts': CREDENTIAL_WITH_FAULTS,
		'dist/nodes/Planted/Planted.node.js': BUILT_NODE_WITH_FAULTS,
		'hosts/planted.ts': `async function send() {}\nsend();\nconst unused = 1;\n// ${'long '.repeat(30)}\n`,
	};
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	}
	cpSync(join(PROJECT, 'tsconfig.json'), join(root, 'tsconfig.json'));
}

/** The first run on a clone also installs n8n's lint tool. */
const FIRST_RUN_MS = 180_000;

describe('npm run lint on a checkout with planted faults', () => {
	const root = mkdtempSync(join(tmpdir(), 'chert-lint-'));
	let status: number | null;
	let reports: GateReport[];

	beforeAll(() => {
		plantFaults(root);
		const lint = spawnSync(
			process.execPath,
			[require.resolve('tsx/cli'), 'lint/run.ts', '--json', '--root', root],
			{
				cwd: PROJECT,
				encoding: 'utf8',
			},
		);
		status = lint.status;
		reports = JSON.parse(lint.stdout);
	}, FIRST_RUN_MS);

	afterAll(() => rmSync(root, { recursive: true, force: true }));

	/** Index of each report. */
	const GATES = {
		newest: 0,
		scanner: 1,
		tarball: 2,
		official: 3,
		assembled: 4,
		tools: 5,
		format: 6,
	};
	type Gate = keyof typeof GATES;
	const report = (gate: Gate) => reports[GATES[gate]];

	it.each<[Gate, string]>([
		['newest', '@n8n/community-nodes/no-restricted-globals'],
		['newest', '@n8n/community-nodes/no-restricted-imports'],
		['newest', '@n8n/community-nodes/credential-test-required'],
		['newest', '@n8n/community-nodes/node-usable-as-tool'],
		['newest', '@n8n/community-nodes/no-runtime-dependencies'],
		['newest', 'n8n-nodes-base/node-param-display-name-miscased'],
		['newest', 'n8n-nodes-base/node-param-description-boolean-without-whether'],
		['newest', 'no-console'],
		['scanner', '@n8n/community-nodes/no-restricted-globals'],
		['scanner', '@n8n/community-nodes/no-runtime-dependencies'],
		['scanner', 'n8n-nodes-base/node-param-display-name-miscased'],
		['tarball', '@n8n/community-nodes/no-restricted-globals'],
		['tarball', '@n8n/community-nodes/no-runtime-dependencies'],
		['official', '@n8n/community-nodes/no-restricted-globals'],
		['official', '@n8n/community-nodes/no-runtime-dependencies'],
		['official', 'n8n-nodes-base/node-param-display-name-miscased'],
		['official', 'import-x/no-unresolved'],
		['assembled', 'n8n-nodes-base/node-param-display-name-miscased'],
		['tools', '@typescript-eslint/no-floating-promises'],
		['tools', '@typescript-eslint/no-unused-vars'],
		['tools', 'max-len'],
		['format', 'prettier'],
	])('%s reports %s', (gate, rule) => {
		expect(report(gate).rules).toContain(rule);
	});

	it('counts the warning for the missing homepage', () => {
		expect(report('newest').rules).toContain('@n8n/community-nodes/require-homepage');
		expect(report('newest').warnings).toBeGreaterThan(0);
	});

	it('reports a fault in dist for the tarball only', () => {
		expect(report('tarball').details).toContain('dist/nodes/Planted/Planted.node.js');
		for (const other of ['newest', 'scanner', 'official', 'assembled', 'tools'] as const) {
			expect(report(other).details).not.toContain('dist/nodes');
		}
	});

	it('exits with status 1', () => {
		expect(status).toBe(1);
	});
});
