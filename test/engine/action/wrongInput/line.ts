import { one, type Case } from './case';

export const LINE_CASES: Record<string, Case> = {
	'a limit that is no number': one(
		'line.getMany',
		{ limit: '={{ "all" }}' },
		'Limit "all" is not a whole number of at least 1: enter one, e.g. 1',
	),
	'a filter that is neither on nor off': one(
		'line.getMany',
		{ filters: { activeOnly: '={{ "yes" }}' } },
		'Active Only "yes" is neither true nor false: turn it on or off, or check what its expression returns',
	),
	'a Return All that is neither on nor off': one(
		'line.getMany',
		{ returnAll: '={{ "all" }}' },
		'Return All "all" is neither true nor false: turn it on or off, or check what its expression returns',
	),
};
