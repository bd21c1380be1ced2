import { isOn, toBoolean } from '../../../../nodes/Chert/input/boolean';

it.each([
	[true, true],
	[false, false],
	['true', true],
	[' FALSE ', false],
])('%j is %j', (value, expected) => {
	expect([toBoolean(value, 'Active'), isOn(value, 'Active')]).toEqual([expected, expected]);
});

it.each([undefined, null, '', ' '])('%j in an option is off, and no value elsewhere', (value) => {
	expect(isOn(value, 'Plain Text')).toBe(false);
	expect(() => toBoolean(value, 'Active')).toThrow('Active "" is neither true nor false');
});

it.each(['yes', 1, 'on', ['true'], {}])('%j is neither true nor false', (value) => {
	expect(() => toBoolean(value, 'Active')).toThrow('neither true nor false');
	expect(() => isOn(value, 'Plain Text')).toThrow(/^Plain Text "/);
});
