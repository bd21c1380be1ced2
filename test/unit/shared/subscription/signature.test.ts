import { createHmac } from 'node:crypto';

import fc from 'fast-check';

import { MAX_SKEW_SECONDS, sign, verify } from '../../../../nodes/shared/subscription/signature';
import type { SignedDelivery, Verification } from '../../../../nodes/shared/subscription/signature';

const SECRET = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';
const OTHER_SECRET = SECRET.replace('a1', 'ff');
const NOW = 1_780_000_000;
const HEX_DIGITS = [...'0123456789abcdef'];
const BODY = Buffer.from('{"event":"message.received","event_id":"chert:msg:1","note":"Grüße 👍"}');

const modern = (timestamp = NOW, secret = SECRET) => sign(BODY, secret, timestamp, 'modern');
const legacy = (timestamp = NOW, secret = SECRET) => sign(BODY, secret, timestamp, 'legacy');
const hex = (timestamp = NOW, secret = SECRET) => modern(timestamp, secret).split('v1=')[1];

const check = (
	headers: SignedDelivery['headers'],
	over: Partial<SignedDelivery> = {},
): Verification => verify({ rawBody: BODY, headers, secrets: [SECRET], now: NOW, ...over });

const outcome = (verification: Verification) =>
	verification.ok ? 'accepted' : verification.reason;

it('signs as the documentation spells it out', () => {
	const expected = createHmac('sha256', SECRET)
		.update(Buffer.concat([Buffer.from(`${NOW}.`), BODY]))
		.digest('hex');
	expect(modern()).toBe(`t=${NOW},v1=${expected}`);
	expect(legacy()).toBe(`v1,${NOW},${expected}`);
});

describe('verify', () => {
	const X = 'x-webhook-signature';
	const C = 'x-chert-signature';

	it.each<[string, SignedDelivery['headers'], Partial<SignedDelivery>, string]>([
		['modern in X-Webhook-Signature', { [X]: modern() }, {}, 'accepted'],
		['legacy in X-Webhook-Signature', { [X]: legacy() }, {}, 'accepted'],
		['modern in x-chert-signature', { [C]: modern() }, {}, 'accepted'],
		['legacy in x-chert-signature', { [C]: legacy() }, {}, 'accepted'],
		['a header given as a list', { [X]: [modern()] }, {}, 'accepted'],
		['hex in capitals', { [X]: `t=${NOW},v1=${hex().toUpperCase()}` }, {}, 'accepted'],
		['fields in the other order', { [X]: `v1=${hex()},t=${NOW}` }, {}, 'accepted'],
		[
			'several v1, ours last',
			{ [X]: `t=${NOW},v1=${hex(NOW, OTHER_SECRET)},v1=${hex()}` },
			{},
			'accepted',
		],
		['a field of another scheme', { [X]: `t=${NOW},v0=abc,v1=${hex()}` }, {}, 'accepted'],
		[
			'the second of two secrets',
			{ [X]: modern() },
			{ secrets: [OTHER_SECRET, SECRET] },
			'accepted',
		],
		['an empty first header', { [X]: '', [C]: legacy() }, {}, 'accepted'],
		['exactly 300 s old', { [X]: modern(NOW - MAX_SKEW_SECONDS) }, {}, 'accepted'],
		['exactly 300 s ahead', { [X]: modern(NOW + MAX_SKEW_SECONDS) }, {}, 'accepted'],
		[
			'an empty body',
			{ [X]: sign(Buffer.alloc(0), SECRET, NOW) },
			{ rawBody: Buffer.alloc(0) },
			'accepted',
		],

		['spaces around the fields', { [X]: ` t=${NOW}, v1=${hex()} ` }, {}, 'accepted'],
		['spaces in the legacy format', { [C]: `v1, ${NOW}, ${hex()}` }, {}, 'accepted'],

		['301 s old', { [X]: modern(NOW - MAX_SKEW_SECONDS - 1) }, {}, 'stale'],
		['301 s ahead', { [X]: modern(NOW + MAX_SKEW_SECONDS + 1) }, {}, 'stale'],
		['milliseconds instead of seconds', { [X]: modern(NOW * 1000) }, {}, 'malformed'],
		[
			'a newer time put on an old signature',
			{ [X]: `t=${NOW},v1=${hex(NOW - 1)}` },
			{},
			'mismatch',
		],
		['another secret', { [X]: modern(NOW, OTHER_SECRET) }, {}, 'mismatch'],
		['another body', { [X]: modern() }, { rawBody: Buffer.from('{}') }, 'mismatch'],
		[
			'the body with a blank more',
			{ [X]: modern() },
			{ rawBody: Buffer.concat([BODY, Buffer.from(' ')]) },
			'mismatch',
		],
		[
			'a wrong first header beside a good second one',
			{ [X]: modern(NOW, OTHER_SECRET), [C]: legacy() },
			{},
			'mismatch',
		],

		['no header', {}, {}, 'missing'],
		['a blank header', { [X]: '  ' }, {}, 'missing'],
		['no secret', { [X]: modern() }, { secrets: [] }, 'noSecret'],
		['a blank secret, signed with it', { [X]: modern(NOW, ' ') }, { secrets: [' '] }, 'noSecret'],
		[
			'an empty secret, signed with it',
			{ [X]: sign(BODY, '', NOW) },
			{ secrets: [''] },
			'noSecret',
		],
		["the signature of Chert's FaceTime product", { [C]: `sha256=${hex()}` }, {}, 'malformed'],
		['bare hex', { [X]: hex() }, {}, 'malformed'],
		['a space inside a field', { [X]: `t=${NOW},v1= ${hex()}` }, {}, 'malformed'],
		['an empty field', { [X]: `t=${NOW},,v1=${hex()}` }, {}, 'malformed'],
		['no time', { [X]: `v1=${hex()}` }, {}, 'malformed'],
		['two times', { [X]: `t=${NOW},t=${NOW},v1=${hex()}` }, {}, 'malformed'],
		['no signature', { [X]: `t=${NOW}` }, {}, 'malformed'],
		['an empty signature', { [X]: `t=${NOW},v1=` }, {}, 'malformed'],
		['a short signature', { [X]: `t=${NOW},v1=${hex().slice(2)}` }, {}, 'malformed'],
		['a long signature', { [X]: `t=${NOW},v1=${hex()}00` }, {}, 'malformed'],
		['no hex', { [X]: `t=${NOW},v1=${'z'.repeat(64)}` }, {}, 'malformed'],
		['a time with a sign', { [X]: `t=+${NOW},v1=${hex()}` }, {}, 'malformed'],
		['a time in hex', { [X]: `t=0x6A18C900,v1=${hex()}` }, {}, 'malformed'],
		['a legacy header with four fields', { [X]: `${legacy()},${hex()}` }, {}, 'malformed'],
		['two headers joined by Node.js', { [X]: `${modern()}, ${modern()}` }, {}, 'malformed'],
		[
			'a header of 10,000 signatures',
			{ [X]: `t=${NOW}${`,v1=${hex()}`.repeat(10_000)}` },
			{},
			'malformed',
		],
	])('%s', (_case, headers, over, expected) => {
		expect(outcome(check(headers, over))).toBe(expected);
	});

	it('accepts none of 100,000 mutated deliveries', () => {
		const RUNS = 100_000;
		let tried = 0;
		const formats = fc.constantFrom<'modern' | 'legacy'>('modern', 'legacy');
		const name = fc.constantFrom(X, C);
		fc.assert(
			fc.property(formats, name, mutations(), (format, headerName, mutate) => {
				const header = sign(BODY, SECRET, NOW, format);
				const mutated = mutate({ header, body: BODY, secret: SECRET });
				// A change of case in the hex, or none at all, leaves a good signature good.
				fc.pre(
					!(mutated.header.toLowerCase() === header.toLowerCase() && mutated.body.equals(BODY)),
				);
				tried++;
				expect(check({ [headerName]: mutated.header }, { rawBody: mutated.body }).ok).toBe(false);
			}),
			{ numRuns: RUNS, seed: 20260901 },
		);
		expect(tried).toBe(RUNS);
	});

	it('costs little, and in step with the size of the body', () => {
		const perCall = (bytes: number, calls: number) => {
			const rawBody = Buffer.alloc(bytes, 'x');
			const headers = { [X]: sign(rawBody, SECRET, NOW) };
			const started = process.hrtime.bigint();
			for (let call = 0; call < calls; call++)
				verify({ rawBody, headers, secrets: [SECRET], now: NOW });
			return Number(process.hrtime.bigint() - started) / calls / 1000;
		};
		perCall(1024, 2000);
		const small = perCall(1024, 5000);
		const large = perCall(1024 * 1024, 50);
		process.stdout.write(
			`verification of 1 kB: ${small.toFixed(1)} µs, of 1 MB: ${large.toFixed(0)} µs\n`,
		);
		// A bound that only a second pass over the body, or a quadratic parser, would break on a loaded machine.
		expect(large).toBeLessThan(50_000);
		expect(small).toBeLessThan(1_000);
	});
});

interface Forgery {
	header: string;
	body: Buffer;
	secret: string;
}

/** Ways to change a good delivery: what a forger, a proxy or a bad line would do to it. */
function mutations(): fc.Arbitrary<(good: Forgery) => Forgery> {
	const at = fc.nat();
	const byte = fc.integer({ min: 1, max: 255 });
	const character = fc.string({ minLength: 1, maxLength: 1 });
	const inHeader = (change: (header: string, index: number) => string) =>
		at.map((index) => (good: Forgery) => ({
			...good,
			header: change(good.header, index % good.header.length),
		}));

	return fc.oneof(
		fc.tuple(at, byte).map(([index, flip]) => (good: Forgery) => {
			const body = Buffer.from(good.body);
			body[index % body.length] ^= flip;
			return { ...good, body };
		}),
		at.map((length) => (good: Forgery) => ({
			...good,
			body: good.body.subarray(0, length % good.body.length),
		})),
		fc.uint8Array({ minLength: 1, maxLength: 32 }).map((more) => (good: Forgery) => ({
			...good,
			body: Buffer.concat([good.body, more]),
		})),
		fc.tuple(at, character).map(([index, replacement]) => (good: Forgery) => {
			const position = index % good.header.length;
			return {
				...good,
				header: good.header.slice(0, position) + replacement + good.header.slice(position + 1),
			};
		}),
		inHeader((header, index) => header.slice(0, index) + header.slice(index + 1)),
		inHeader((header, index) => header.slice(0, index)),
		inHeader((header, index) => header.slice(0, index) + header[index] + header.slice(index)),
		fc.integer({ min: -1000, max: 1000 }).map((shift) => (good: Forgery) => ({
			...good,
			header: good.header.replace(String(NOW), String(NOW + shift)),
		})),
		fc.constantFrom(...HEX_DIGITS).map((digit) => (good: Forgery) => ({
			...good,
			header: good.header.replace(/[0-9a-f]{64}/, digit.repeat(64)),
		})),
		fc.string({ maxLength: 100 }).map((header) => (good: Forgery) => ({ ...good, header })),
		fc.string({ minLength: 1, maxLength: 64 }).map((secret) => (good: Forgery) => ({
			...good,
			header: sign(good.body, secret, NOW),
		})),
	);
}
