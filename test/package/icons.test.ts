import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name: string) => readFileSync(join(__dirname, '../../icons', name), 'utf8');

describe.each(['chert.svg', 'chert.dark.svg'])('%s', (name) => {
	it('is square', () => {
		expect(read(name)).toMatch(/viewBox="0 0 60 60"/);
	});

	it('has no scripts and no external resources', () => {
		expect(read(name)).not.toMatch(/<(script|image|use|style|foreignObject)|href=|url\(/i);
	});
});

it('differs for dark backgrounds in color only', () => {
	const colors = (svg: string) => svg.match(/#[0-9a-f]{6}/g);
	const shape = (svg: string) => svg.replaceAll(/#[0-9a-f]{6}/g, '');
	expect(colors(read('chert.dark.svg'))).not.toEqual(colors(read('chert.svg')));
	expect(shape(read('chert.dark.svg'))).toBe(shape(read('chert.svg')));
});
