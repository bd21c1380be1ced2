import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newOwner } from '../../demo/owner';
import { openRunFolder } from '../../demo/runFolder';

it('gives each data folder its own password, which n8n accepts', () => {
	const passwords = Array.from({ length: 100 }, () => newOwner().password);
	expect(new Set(passwords).size).toBe(100);
	for (const password of passwords) {
		expect(password.length).toBeGreaterThanOrEqual(8);
		expect(password.length).toBeLessThanOrEqual(64);
		expect(password).toMatch(/[A-Z]/);
		expect(password).toMatch(/\d/);
	}
});

describe('openRunFolder', () => {
	let parent: string;

	beforeEach(() => {
		parent = mkdtempSync(join(tmpdir(), 'chert-demo-'));
	});
	afterEach(() => rmSync(parent, { recursive: true }));

	it('starts empty, even if an earlier process had the same id', () => {
		const earlier = join(parent, `run-${process.pid}`);
		mkdirSync(join(earlier, 'n8n'), { recursive: true });
		writeFileSync(join(earlier, 'n8n', 'database.sqlite'), 'with the owner of that run');
		expect(openRunFolder(parent)).toBe(earlier);
		expect(readdirSync(earlier)).toEqual([]);
	});

	it('removes the folders of ended runs and keeps those of running ones', () => {
		const ended = join(parent, 'run-2147483646');
		const running = join(parent, `run-${process.ppid}`);
		for (const folder of [ended, running]) mkdirSync(folder);
		openRunFolder(parent);
		expect([existsSync(ended), existsSync(running)]).toEqual([false, true]);
	});
});
