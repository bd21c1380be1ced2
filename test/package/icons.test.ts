import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name: string) => readFileSync(join(__dirname, '../../icons', name), 'utf8');

describe.each(['chert.svg', 'chert.dark.svg'])('%s', (name) => {
	it('is square, as n8n draws it', () => {
		expect(read(name)).toMatch(/viewBox="0 0 60 60"/);
	});

	it('loads nothing and runs nothing', () => {
		expect(read(name)).not.toMatch(/<(script|image|use|style|foreignObject)|href=|url\(/i);
	});
});

it('has another colour for dark backgrounds, and the same shape', () => {
	const colours = (svg: string) => svg.match(/#[0-9a-f]{6}/g);
	const shape = (svg: string) => svg.replaceAll(/#[0-9a-f]{6}/g, '');
	expect(colours(read('chert.dark.svg'))).not.toEqual(colours(read('chert.svg')));
	expect(shape(read('chert.dark.svg'))).toBe(shape(read('chert.svg')));
});
