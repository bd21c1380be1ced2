import fc from 'fast-check';

import { toPhone, toRecipients } from '../../../../nodes/Chert/input/phone';

const SEED = { seed: 20_260_901 };

describe('toPhone', () => {
	it.each([
		['+15550100123', '+15550100123'],
		['  +1 (555) 010-0123 ', '+15550100123'],
		['+1.555.010.0123', '+15550100123'],
		['+1–555—010‑0123', '+15550100123'],
		['+1\u00a0555\u202f010\u20090123', '+15550100123'],
		['\u202a+1 555 010 0123\u202c', '+15550100123'],
		['+[1] 555 0100123', '+15550100123'],
		['+49\t151\n23456789', '+4915123456789'],
		['+1234567', '+1234567'],
		['+123456789012345', '+123456789012345'],
	])('%j is %s', (typed, phone) => {
		expect(toPhone(typed, 'Phone')).toBe(phone);
	});

	it.each([
		'15550100123',
		'0015550100123',
		'5550100123',
		'+05550100123',
		'tel:+15550100123',
		'++15550100123',
		'+١٥٥٥٠١٠٠١٢٣',
		'ana@example.com',
		'+',
	])('%j is refused and told as it was typed', (typed) => {
		expect(() => toPhone(typed, 'Phone')).toThrow(
			`Phone "${typed}" is not an international phone number: write + and the country code first`,
		);
	});

	it.each([
		['+123456', 'is too short for a phone number'],
		['+1234567890123456', 'is too long for a phone number'],
		['+1 555 010 0123 ext. 5', 'has characters that no phone number has'],
		['+1555010+0123', 'has characters that no phone number has'],
		['+1 555 010 0123, +1 555 010 0124', 'has several numbers'],
		['+15550100123;+15550100124', 'has several numbers'],
	])('%j %s', (typed, what) => {
		expect(() => toPhone(typed, 'Phone')).toThrow(`Phone "${typed}" ${what}`);
	});

	it.each([
		[['+15550100123'], 'From is a list, not a phone number: choose the value inside it'],
		[
			{ phone: '+15550100123' },
			'From is an object, not a phone number: choose the value inside it',
		],
	])('%j is refused', (value, sentence) => {
		expect(() => toPhone(value, 'From')).toThrow(sentence);
	});

	it.each([15550100123, true])('%j is refused', (value) => {
		expect(() => toPhone(value, 'From')).toThrow(/^From ".+" is not an international phone number/);
	});

	it.each([undefined, null, '', ' \n'])('%j is empty', (value) => {
		expect(() => toPhone(value, 'From')).toThrow(
			'From is empty: enter a number with its country code',
		);
	});

	it.each(['+44 (0)20 7946 0018', '+44(0) 2079460018', '+49 ( 0 ) 151 23456789'])(
		'%j is refused for its zero',
		(typed) => {
			expect(() => toPhone(typed, 'Phone')).toThrow('has a zero in brackets');
		},
	);

	const digits = fc
		.tuple(fc.integer({ min: 1, max: 9 }), fc.stringMatching(/^\d{6,14}$/))
		.map(([first, rest]) => `${first}${rest}`);
	const separators = fc.array(
		fc.constantFrom(' ', '.', '-', '(', ')', '\u00a0', '\u2011', '\u2013', '\t', '[', ']'),
		{ maxLength: 3 },
	);

	it('takes separators out wherever they stand, and nothing else', () => {
		const written = fc.tuple(digits, fc.infiniteStream(separators)).map(([number, between]) => ({
			number: `+${number}`,
			// Brackets around a zero are another matter.
			typed:
				`+${[...number].map((digit) => between.next().value!.join('') + digit).join('')}`.replace(
					/\(\s*0\s*\)/g,
					'0',
				),
		}));
		fc.assert(
			fc.property(written, ({ number, typed }) => {
				expect(toPhone(typed, 'Phone')).toBe(number);
				expect(toPhone(toPhone(typed, 'Phone'), 'Phone')).toBe(number);
			}),
			SEED,
		);
	});

	it('gives E.164 or nothing, and never a digit that was not typed', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'+0123456789 ()-.x') }), (typed) => {
				let phone: string;
				try {
					phone = toPhone(typed, 'Phone');
				} catch {
					return;
				}
				expect(phone).toMatch(/^\+[1-9]\d{6,14}$/);
				expect(phone.slice(1)).toBe(typed.replace(/\D/g, ''));
				expect(typed.trim()).toMatch(/^[\s().-]*\+/);
			}),
			{ ...SEED, numRuns: 1000 },
		);
	});
});

describe('toRecipients', () => {
	const phones = fc
		.uniqueArray(fc.integer({ min: 10_000, max: 99_999 }), { minLength: 1, maxLength: 31 })
		.map((ends) => ends.map((end) => `+155501${end}`));

	it('finds the numbers in any list, each once, in their order', () => {
		const glue = fc.constantFrom(',', ', ', ';', '\n', '\r\n', ' ,\n', ',,');
		fc.assert(
			fc.property(phones, glue, fc.nat(), (numbers, between, repeated) => {
				const again = numbers[repeated % numbers.length];
				expect(toRecipients(numbers.join(between))).toEqual(numbers);
				expect(toRecipients(`${between}${numbers.join(between)}${between}`)).toEqual(numbers);
				expect(toRecipients([...numbers, ` ${again.replace('+1', '+1 (')})`, ''])).toEqual(numbers);
			}),
			SEED,
		);
	});

	it('counts a repeated number once: 31 fit, 32 do not', () => {
		const numbers = Array.from({ length: 32 }, (_, index) => `+155501${10_000 + index}`);
		expect(toRecipients([...numbers.slice(0, 31), numbers[0]])).toHaveLength(31);
		expect(() => toRecipients(numbers)).toThrow('To has 32 recipients: a group takes at most 31');
	});

	it.each([undefined, null, '', ' ; \n', [], ['', null]])('%j is empty', (value) => {
		expect(() => toRecipients(value)).toThrow(
			'To is empty: enter one number, or several separated by commas',
		);
	});

	it('names the entry that is no number', () => {
		expect(() => toRecipients('+15550100123; Ben')).toThrow(
			'To "Ben" is not an international phone number',
		);
	});
});
