import { one, type Case } from './case';

export const LINE_CASES: Record<string, Case> = {
	'a limit that is no number': one(
		'line.getMany',
		{ limit: '={{ "all" }}' },
		'Limit "all" is not a whole number of at least 1: enter one, e.g. 1',
	),
};
