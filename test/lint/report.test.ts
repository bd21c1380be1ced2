import { closingLine, type GateReport, isPassed } from '../../lint/report';

const CLEAN: GateReport = {
	gate: 'tools',
	files: 3,
	errors: 0,
	warnings: 0,
	rules: [],
	details: '',
};

describe('isPassed', () => {
	it.each([
		['nothing found', {}, true],
		['one error', { errors: 1 }, false],
		['one warning', { warnings: 1 }, false],
		['no file linted', { files: 0 }, false],
	])('%s', (_case, change, passed) => {
		expect(isPassed({ ...CLEAN, ...change })).toBe(passed);
	});
});

it('closes with the counts', () => {
	expect(closingLine({ ...CLEAN, warnings: 2 })).toBe('tools: 3 files, 0 errors, 2 warnings');
});
