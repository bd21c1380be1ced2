import { splitList } from '../../../nodes/shared/fieldValue';

it.each([
	['a, b,,c ', ['a', 'b', 'c']],
	['a\nb\r\n c \r\n', ['a', 'b', 'c']],
	['+15550100123; +15550100124', ['+15550100123', '+15550100124']],
	[
		['a ', 7, '', null],
		['a', '7'],
	],
	[
		['a, b', ['c']],
		['a, b', '["c"]'],
	],
	[{ id: 1 }, ['{"id":1}']],
	[7, ['7']],
	['', []],
	[[], []],
	[undefined, []],
	[null, []],
])('reads the list %j', (value, expected) => {
	expect(splitList(value)).toEqual(expected);
});
