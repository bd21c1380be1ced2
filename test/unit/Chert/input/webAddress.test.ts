import { toHttpsAddress, toWebAddresses } from '../../../../nodes/Chert/input/webAddress';

const A = 'https://example.com/w_400,h_300/a.jpg';
const B = 'http://example.com/b.png?x=1;2';

it.each([
	[`${A}, ${B}`, [A, B]],
	[`${A},${B}`, [A, B]],
	[` ${A}\n\n${B}\n`, [A, B]],
	[`${A}; ${B} ${A}`, [A, B, A]],
	[`${A}, `, [A]],
	[`,${A};`, [A]],
	[
		[A, '', B],
		[A, B],
	],
	['', []],
	[undefined, []],
])('%j has these addresses', (value, addresses) => {
	expect(toWebAddresses(value, 'File URLs')).toEqual(addresses);
});

it.each([`${A}, roof.jpg`, 'roof.jpg', 'ftp://example.com/a', 'https://'])(
	'%j is not a web address',
	(value) => {
		expect(() => toWebAddresses(value, 'File URLs')).toThrow('is not a web address');
	},
);

it('takes only https where the API does', () => {
	expect(toHttpsAddress(A, 'URL')).toBe(A);
	expect(() => toHttpsAddress(B, 'URL')).toThrow(
		`URL "${B}" is not secure: use an address that starts with https://`,
	);
});
