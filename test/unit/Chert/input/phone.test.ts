import fc from 'fast-check';

import {
	toPhoneOrEmail,
	toEmail,
	toPhone,
	toRecipients,
} from '../../../../nodes/Chert/input/phone';

const SEED = { seed: 20_260_901 };

describe('toPhone', () => {
	it.each([
		['+15550100123', '+15550100123'],
		['  +1 (555) 010-0123 ', '+15550100123'],
		['+1.555.010.0123', '+15550100123'],
		['+1–555—010‑0123', '+15550100123'],
		['+1\u00a0555\u202f010\u20090123', '+15550100123'],
		['\u202a+1 555 010 0123\u202c', '+15550100123'],
		['\u2068+1 555 010 0123\u2069', '+15550100123'],
		['+[1] 555 0100123', '+15550100123'],
		['+49\t151\n23456789', '+4915123456789'],
		['+1234567', '+1234567'],
		['+123456789012345', '+123456789012345'],
	])('%j is %s', (typed, phone) => {
		expect(toPhone(typed, 'Phone')).toBe(phone);
	});

	it.each(['15550100123', '0015550100123', '5550100123', '(555) 010-0123', 15550100123])(
		'%j is refused, and how to add the country code is said',
		(typed) => {
			expect(() => toPhone(typed, 'Phone')).toThrow(
				`Phone "${typed}" does not start with + and the country code: enter it like +1 555 010 0123, or set Default Country Code in the options`,
			);
		},
	);

	it.each([
		'+05550100123',
		'tel:+15550100123',
		'++15550100123',
		'+١٥٥٥٠١٠٠١٢٣',
		'ana@example.com',
		'+',
	])('%j is refused and told as it was typed', (typed) => {
		expect(() => toPhone(typed, 'Phone')).toThrow(
			`Phone "${typed}" is not a phone number: enter + and the country code first`,
		);
	});

	it.each([
		['+123456', 'is too short for a phone number'],
		['+1234567890123456', 'is too long for a phone number'],
		['+1 555 010 0123 ext. 5', 'contains characters that are not allowed in a phone number'],
		['+1555010+0123', 'contains characters that are not allowed in a phone number'],
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

	it('refuses a condition', () => {
		expect(() => toPhone(true, 'From')).toThrow('From "true" is not a phone number');
	});

	it.each([undefined, null, '', ' \n'])('%j is empty', (value) => {
		expect(() => toPhone(value, 'From')).toThrow(
			'From is empty: enter a number with its country code',
		);
	});

	it.each(['+44 (0)20 7946 0018', '+44(0) 2079460018', '+49 ( 0 ) 151 23456789'])(
		'%j is refused for its zero',
		(typed) => {
			expect(() => toPhone(typed, 'Phone')).toThrow(
				'contains "(0)", which most countries leave out',
			);
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
				expect(toRecipients(numbers.join(between), 'To')).toEqual(numbers);
				expect(toRecipients(`${between}${numbers.join(between)}${between}`, 'To')).toEqual(numbers);
				expect(toRecipients([...numbers, ` ${again.replace('+1', '+1 (')})`, ''], 'To')).toEqual(
					numbers,
				);
			}),
			SEED,
		);
	});

	it('counts a repeated number once: 31 fit, 32 do not', () => {
		const numbers = Array.from({ length: 32 }, (_, index) => `+155501${10_000 + index}`);
		expect(toRecipients([...numbers.slice(0, 31), numbers[0]], 'To')).toHaveLength(31);
		expect(() => toRecipients(numbers, 'To')).toThrow(
			'To has 32 recipients, but a group can have at most 31: split the list',
		);
	});

	it.each([undefined, null, '', ' ; \n', [], ['', null]])('%j is empty', (value) => {
		expect(() => toRecipients(value, 'To')).toThrow(
			'To is empty: enter one number, or several separated by commas',
		);
	});

	it('names the entry that is no number', () => {
		expect(() => toRecipients('+15550100123; Ben', 'To')).toThrow('To "Ben" is not a phone number');
	});
});

describe('with a default country code', () => {
	it.each([
		['(555) 010-0123', '1', '+15550100123'],
		['1-555-010-0123', '1', '+15550100123'],
		['+44 20 7946 0018', '1', '+442079460018'],
		['020 7946 0018', '44', '+442079460018'],
		['(0)20 7946 0018', '44', '+442079460018'],
		['0044 20 7946 0018', '49', '+442079460018'],
		['0151 23456789', '49', '+4915123456789'],
		['06 1234 5678', '39', '+390612345678'],
		['8 (912) 345-67-89', '7', '+79123456789'],
		['06 20 123 4567', '36', '+36201234567'],
		['91 123 45 67', '34', '+34911234567'],
		['03 43 44 38', '226', '+22603434438'],
		['01 95 12 34 56', '229', '+2290195123456'],
		['06 03 12 34', '241', '+24106031234'],
		['060 12 34 56', '241', '+24160123456'],
		['06 51 29 69', '250', '+25006512969'],
		['0788 123 456', '250', '+250788123456'],
		['04 516 2873', '992', '+992045162873'],
		['8 66 123456', '993', '+99366123456'],
	])('%j with +%s is %s', (typed, countryCode, phone) => {
		expect(toPhone(typed, 'Phone', countryCode)).toBe(phone);
	});

	it.each([
		['555-0123', '1', 'does not have the ten digits of a number in the US or Canada'],
		['011 44 20 7946 0018', '1', 'does not have the ten digits'],
		['447911123456', '44', 'may already start with the country code 44: write +447911123456'],
		['0123', '44', 'is too short for a phone number'],
		['0151 23456789 01234', '49', 'is too long for a phone number'],
	])('%j with +%s %s', (typed, countryCode, what) => {
		expect(() => toPhone(typed, 'Phone', countryCode)).toThrow(`Phone "${typed}" ${what}`);
	});

	it('is given to each recipient without one', () => {
		expect(toRecipients('555 010 0123, +44 20 7946 0018', 'To', '1')).toEqual([
			'+15550100123',
			'+442079460018',
		]);
	});

	it('never changes a number with a plus', () => {
		fc.assert(
			fc.property(
				fc.stringMatching(/^\+[1-9]\d{6,14}$/),
				fc.integer({ min: 1, max: 999 }),
				(phone, countryCode) => {
					expect(toPhone(phone, 'Phone', String(countryCode))).toBe(phone);
				},
			),
			SEED,
		);
	});
});

describe('toPhoneOrEmail', () => {
	it.each([
		[' ana@example.com ', 'ana@example.com'],
		['+1 555 010 0123', '+15550100123'],
		['(555) 010-0123', '+15550100123'],
	])('%j is %s', (typed, address) => {
		expect(toPhoneOrEmail(typed, 'Phone or Email', '1')).toBe(address);
	});

	it.each(['Ana', 'ana@example', '@example.com', 'ana example.com'])('%j is neither', (typed) => {
		expect(() => toPhoneOrEmail(typed, 'Phone or Email')).toThrow(
			`Phone or Email "${typed}" is neither a phone number nor an email address`,
		);
	});

	it('says what is wrong with a phone number', () => {
		expect(() => toPhoneOrEmail('+1555', 'Phone or Email')).toThrow(
			'is too short for a phone number',
		);
	});
});

it.each(['ana', 'ana@', ['ana@example.com', 'ben@example.com']])('%j is no email', (value) => {
	expect(() => toEmail(value, 'Email')).toThrow(
		'is not an email address: enter one, e.g. ana@example.com',
	);
});
