import { toChoice } from '../../../../nodes/Chert/input/choice';

const COLORS = ['blue', 'red'];

it.each(['red', ' red '])('%j is a choice', (value) => {
	expect(toChoice(value, 'Color', 'a color', COLORS)).toBe('red');
});

it.each([
	['green', 'green'],
	[undefined, ''],
	[{ color: 'red' }, '{"color":"red"}'],
])('%j is refused with the choices there are', (value, shown) => {
	expect(() => toChoice(value, 'Color', 'a color', COLORS)).toThrow(
		`Color "${shown}" is not a color: choose one of blue, red`,
	);
});
