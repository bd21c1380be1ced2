import { Pace, paceOf } from '../../../../nodes/Chert/transport/pace';

const NOW = 1_780_000_000_000;
const HOUR_MS = 3_600_000;
const YEARS_MS = 1e12;

it('keeps what Chert asked for, and no hold for longer than an hour', () => {
	const pace = new Pace();
	pace.holdAll(NOW + 5000, NOW);
	expect(pace.waitFor('+15550100123', NOW)).toBe(5000);
	pace.holdLane('+15550100123', NOW + YEARS_MS, NOW);
	expect([pace.waitFor('+15550100123', NOW), pace.waitFor('+15550100124', NOW)]).toEqual([
		HOUR_MS,
		5000,
	]);
	pace.holdAll(NOW + YEARS_MS, NOW);
	expect(pace.waitForAll(NOW)).toBe(HOUR_MS);
	expect(pace.waitForAll(NOW + HOUR_MS)).toBe(0);
});

it('a shorter wait that Chert asks for later does not end a longer one', () => {
	const pace = new Pace();
	pace.holdAll(10_000, 0);
	pace.holdAll(5_000, 0);
	expect(pace.waitForAll(0)).toBe(10_000);
	pace.holdLane('ana', 30_000, 0);
	pace.holdLane('ana', 20_000, 0);
	expect(pace.waitFor('ana', 0)).toBe(30_000);
	expect(pace.waitFor('ben', 0)).toBe(10_000);
});

it('is one for each account at each address', () => {
	const credential = {
		authentication: 'bearer' as const,
		signingSecret: 's',
		tenant: 't',
		baseUrl: 'https://a',
	};
	expect(paceOf({ ...credential, authentication: 'hmac' })).toBe(paceOf(credential));
	const others = [{ signingSecret: 'x' }, { tenant: 'x' }, { baseUrl: 'https://x' }].map((other) =>
		paceOf({ ...credential, ...other }),
	);
	expect(new Set([paceOf(credential), ...others]).size).toBe(4);
});

it('forgets lanes that are open again, and none that is held', () => {
	const pace = new Pace();
	for (let lane = 0; lane < 5_000; lane++) {
		pace.holdLane(`short ${lane}`, 1, 0);
		pace.holdLane(`long ${lane}`, 60_000, 0);
	}
	// All short ones are over.
	pace.holdLane('one more', 60_000, 2);
	for (let lane = 0; lane < 5_000; lane++) expect(pace.waitFor(`long ${lane}`, 2)).toBe(59_998);
});
