import { optionalText, toText } from '../../../../nodes/Chert/input/text';

it.each([
	['Hello', 'Hello'],
	['  indented\n\n', '  indented\n\n'],
	[0, '0'],
	[42, '42'],
])('%j is a text', (value, text) => {
	expect(toText(value, 'Text')).toBe(text);
});

it.each([undefined, null, '', ' \t\n', false])('%j is empty', (value) => {
	expect(() => toText(value, 'Text')).toThrow('Text is empty: fill it in');
});

it.each([
	[['Hello'], 'Text is a list, not text: choose the value inside it'],
	[{ text: 'Hello' }, 'Text is an object, not text: choose the value inside it'],
])('%j is no text', (value, sentence) => {
	expect(() => toText(value, 'Text')).toThrow(sentence);
});

it.each([
	[' a ', 'a'],
	[7, '7'],
	['', undefined],
	['  ', undefined],
	[undefined, undefined],
	[null, undefined],
	[true, undefined],
])('%j as an option is %j', (value, text) => {
	expect(optionalText(value, 'Subject')).toBe(text);
});

it.each([
	[['order-1'], 'Idempotency Key is a list, not text: choose the value inside it'],
	[{ id: 'pl_9' }, 'Idempotency Key is an object, not text: choose the value inside it'],
])('%j is no option', (value, sentence) => {
	expect(() => optionalText(value, 'Idempotency Key')).toThrow(sentence);
});
