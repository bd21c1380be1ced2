import { type GateReport, isPassed, summaryLine } from '../../lint/gateReport';

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
		['no findings', {}, true],
		['one error', { errors: 1 }, false],
		['one warning', { warnings: 1 }, false],
		['no files', { files: 0 }, false],
	])('%s', (_case, change, passed) => {
		expect(isPassed({ ...CLEAN, ...change })).toBe(passed);
	});
});

it('sums up the counts', () => {
	expect(summaryLine({ ...CLEAN, warnings: 2 })).toBe('tools: 3 files, 0 errors, 2 warnings');
});
