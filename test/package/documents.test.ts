import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Chert } from '../../nodes/Chert/Chert.node.ts';
import { operationPath } from '../../scripts/docs/links';
import { makePages, outdatedPages } from '../../scripts/docs/pages';
import { withNested } from '../support/nestedFields';

const PROJECT = join(__dirname, '../..');
const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));

/** What is installed or built, and not ours to check. */
const FOREIGN_FOLDERS = ['node_modules', 'dist', '.git', '.cache'];

/** Paths of all Markdown files below a folder, from the root of the project. */
function markdownFiles(folder = ''): string[] {
	return readdirSync(join(PROJECT, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) return FOREIGN_FOLDERS.includes(entry.name) ? [] : markdownFiles(path);
		return entry.name.endsWith('.md') ? [path] : [];
	});
}

const documents = markdownFiles();

const withoutCode = (text: string) =>
	text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** Targets of `[text](target)`, `![alt](target)`, `src="target"` and `href="target"`. */
function linkTargets(text: string): string[] {
	const found = withoutCode(text).matchAll(/\]\(\s*<?([^)\s>]+)[^)]*\)|(?:src|href)="([^"]+)"/g);
	return [...found].map((match) => match[1] ?? match[2]);
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(text: string): string[] {
	const headings = text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6}\s+(.+?)\s*$/gm);
	return [...headings].map(([, heading]) =>
		heading
			.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
			.replaceAll(/\s/g, '-'),
	);
}

describe.each(documents)('%s', (path) => {
	const text = readFileSync(join(PROJECT, path), 'utf8');

	it('links only to files and headings that exist', () => {
		const local = linkTargets(text).filter((target) => !/^(https?:|mailto:)/.test(target));
		const broken = local.filter((target) => {
			const [file, anchor] = decodeURIComponent(target).split('#');
			const linked = file === '' ? path : join(dirname(path), file);
			if (!existsSync(join(PROJECT, linked))) return true;
			return (
				anchor !== undefined &&
				!anchors(readFileSync(join(PROJECT, linked), 'utf8')).includes(anchor)
			);
		});
		expect(broken).toEqual([]);
	});

	it('names only npm scripts that exist', () => {
		const named = [...text.matchAll(/\bnpm run (?:--silent |-s )?([a-z][\w:-]*)/g)].map(
			([, script]) => script,
		);
		expect(named.filter((script) => !(script in manifest.scripts))).toEqual([]);
	});
});

it('has the documents that the package needs', () => {
	expect(documents).toEqual(
		expect.arrayContaining(['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE.md', 'README.md']),
	);
});

describe('the pages made from the code', () => {
	let pages: Map<string, string>;

	beforeAll(async () => {
		pages = await makePages();
	});

	it('are up to date; if not, run `npm run docs`', () => {
		expect(outdatedPages(pages)).toEqual([]);
	});

	it('have a row for every field of their operation, and for those inside it', () => {
		const missing = new Chert().description.properties.flatMap((property) => {
			const { resource, operation, ...others } = property.displayOptions?.show ?? {};
			if (!resource || !operation || '@tool' in others) return [];
			const path = operationPath(`${resource[0]}.${operation[0]}`);
			const rows = pages.get(path)?.split('\n') ?? [];
			return withNested(property)
				.filter((field) => field.name !== 'options')
				.filter(
					({ displayName, name }) =>
						!rows.some((row) => row.includes(`${displayName}**`) && row.endsWith(`${name}\` |`)),
				)
				.map(({ displayName }) => `${path}: ${displayName}`);
		});
		expect(missing).toEqual([]);
	});

	it('are out of date if one is missing, different or left over', () => {
		const [different, leftOver] = [...pages.keys()];
		const others = new Map([...pages, [different, 'other text'], ['operations/new.md', 'text']]);
		others.delete(leftOver);
		expect(outdatedPages(others)).toEqual([different, leftOver, 'operations/new.md'].sort());
	});
});

it.each(readdirSync(join(PROJECT, 'nodes')).filter((name) => name.startsWith('Chert')))(
	'has the page that the Docs link of %s leads to',
	(name) => {
		const codex = JSON.parse(
			readFileSync(join(PROJECT, 'nodes', name, `${name}.node.json`), 'utf8'),
		);
		const [{ url }] = codex.resources.primaryDocumentation;
		const [, repository] = /github\.com\/(.+)\.git$/.exec(manifest.repository.url) ?? [];
		const folder = `https://github.com/${repository}/blob/main/`;
		expect(url).toMatch(new RegExp(`^${folder}docs/.+\\.md$`));
		expect(documents).toContain(url.slice(folder.length));
	},
);
