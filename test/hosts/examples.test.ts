import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
	INode,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
} from 'n8n-workflow';
import { exampleNames, fillExample } from '../../hosts/examples';
import { Chert } from '../../nodes/Chert/Chert.node';
import { ChertTrigger } from '../../nodes/ChertTrigger/ChertTrigger.node';

const README = readFileSync(join(__dirname, '..', '..', 'examples', 'README.md'), 'utf8');
const PROPERTIES: Record<string, INodeProperties[]> = {
	'n8n-nodes-chert.chert': new Chert().description.properties,
	'n8n-nodes-chert.chertTool': new Chert().description.properties,
	'n8n-nodes-chert.chertHitlTool': new Chert().description.properties,
	'n8n-nodes-chert.chertTrigger': new ChertTrigger().description.properties,
};

/** Labels of n8n's own fields, and the example that notes refer to. */
const OTHER_LABELS = [
	'System Message',
	'On Error',
	'Continue (using error output)',
	'Review request with guards',
	'Record opt-outs',
];

/** The labels of fields and options, those inside collections included. */
function labelsOf(
	fields: Array<INodeProperties | INodePropertyOptions | INodePropertyCollection>,
): string[] {
	return fields.flatMap((field) => [
		'displayName' in field ? field.displayName : field.name,
		...('options' in field ? labelsOf(field.options ?? []) : []),
		...('values' in field ? labelsOf(field.values) : []),
	]);
}

const LABELS = new Set([...Object.values(PROPERTIES).flatMap(labelsOf), ...OTHER_LABELS]);

describe.each(exampleNames())('example %s', (name) => {
	const { nodes, connections } = fillExample(name, { credentialId: 'stored' });
	const ours = nodes.filter(({ type }) => type in PROPERTIES);

	it('is listed in the README and has a sticky note', () => {
		expect(README).toContain(`[${name}.json](${name}.json)`);
		expect(nodes.map(({ name, type }) => [name, type])).toContainEqual([
			'Note',
			'n8n-nodes-base.stickyNote',
		]);
	});

	// n8n 1 on SQLite can fail with "Transaction is not started yet" in executions that run at the same time.
	it('retries what it reads from and writes to data tables', () => {
		const rows = nodes.filter(
			({ type, parameters }) =>
				type === 'n8n-nodes-base.dataTable' && parameters.resource !== 'table',
		);
		expect(rows.filter(({ retryOnFail }) => !retryOnFail).map((node) => node.name)).toEqual([]);
	});

	it('has a picture of its canvas, which `npm run pictures` takes', () => {
		expect(README).toContain(`(../docs/images/example-${name}.png)`);
	});

	it('has no node on another one, or on the edge of a note', () => {
		const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		const others = nodes.filter((node) => !notes.includes(node));
		const covered = others.flatMap((node, index) => {
			const under = others.slice(index + 1).filter((other) => overlap(node, other));
			const cut = notes.filter((note) => overlap(node, note) && !isInside(node, note));
			return [...under, ...cut].map((other) => `${node.name}, ${other.name}`);
		});
		expect(covered).toEqual([]);
	});

	it('has Chert nodes with the selected credential and only existing parameters', () => {
		expect(ours.length).toBeGreaterThan(0);
		for (const { type, parameters, credentials } of ours) {
			expect(credentials).toEqual({ chertApi: { id: 'stored', name: 'Chert account' } });
			const known = new Set(PROPERTIES[type].map((property) => property.name));
			expect(Object.keys(parameters).filter((parameter) => !known.has(parameter))).toEqual([]);
		}
	});

	it('names only existing fields and options in its notes', () => {
		const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		const texts = notes.map(({ parameters }) => String(parameters.content)).join('\n');
		const named = [...texts.matchAll(/(?<!\*)\*([A-Z][^*\n]*)\*(?!\*)/g)].map(([, label]) => label);
		expect(
			named.flatMap((label) => label.split(': ')).filter((label) => !LABELS.has(label)),
		).toEqual([]);
	});

	it('connects only existing nodes', () => {
		const names = new Set(nodes.map((node) => node.name));
		const targets = Object.values(connections)
			.flatMap((byType) => Object.values(byType).flat())
			.flatMap((output) => (output ?? []).map(({ node }) => node));
		expect([...Object.keys(connections), ...targets].filter((node) => !names.has(node))).toEqual(
			[],
		);
	});
});

/** Left, top, right and bottom on the canvas, of a node with its name. */
function edges({ position: [left, top], parameters }: INode): [number, number, number, number] {
	return [
		left,
		top,
		left + Number(parameters.width ?? 100),
		top + Number(parameters.height ?? 150),
	];
}

function overlap(a: INode, b: INode): boolean {
	const [left, top, right, bottom] = edges(a);
	const [otherLeft, otherTop, otherRight, otherBottom] = edges(b);
	return left < otherRight && otherLeft < right && top < otherBottom && otherTop < bottom;
}

function isInside(node: INode, note: INode): boolean {
	const [left, top, right, bottom] = edges(node);
	const [noteLeft, noteTop, noteRight, noteBottom] = edges(note);
	return left >= noteLeft && top >= noteTop && right <= noteRight && bottom <= noteBottom;
}

describe('save-inbound-photo', () => {
	const { nodes } = fillExample('save-inbound-photo', {
		credentialId: 'x',
		settings: { folder: '/photos' },
	});
	const expression = String(nodes.find(({ name }) => name === 'Save photo')?.parameters.fileName);

	/** Evaluates the expression like n8n for a photo of this name. */
	const savedAs = (fileName: string | null) => {
		const outputs: Record<string, object> = {
			Settings: { first: () => ({ json: { folder: '/photos' } }) },
			'Only photos': { item: { json: { fileName } } },
		};
		return expression.slice(1).replace(/\{\{(.+?)\}\}/g, (_, code: string) =>
			String(
				new Function('$', '$json', `return ${code}`)((name: string) => outputs[name], {
					attachmentId: 'in_1',
				}),
			),
		);
	};

	it.each([
		['../leak 1.png', '/photos/in_1-.._leak_1.png'],
		[null, '/photos/in_1-photo'],
	])('saves a photo named %j as %s', (fileName, path) => {
		expect(savedAs(fileName)).toBe(path);
	});
});

describe('fillExample', () => {
	it('changes a setting', () => {
		const { nodes } = fillExample('review-request', {
			credentialId: 'x',
			settings: { reviewLink: 'https://shop.example/r' },
		});
		expect(JSON.stringify(nodes.find((node) => node.name === 'Settings'))).toContain(
			'https://shop.example/r',
		);
	});

	it('rejects a setting that the example does not have', () => {
		expect(() =>
			fillExample('review-request', { credentialId: 'x', settings: { color: 'red' } }),
		).toThrow('Example review-request has no setting "color"');
	});
});
