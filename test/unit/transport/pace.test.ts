import { Pace } from '../../../nodes/Chert/transport/pace';

const NOW = 1_780_000_000_000;
const HOUR_MS = 3_600_000;
const YEARS_MS = 1e12;

it('keeps what Chert asked for, and no hold for longer than an hour', () => {
	const pace = new Pace();
	pace.holdAll(NOW + 5000, NOW);
	expect(pace.waitFor('+15550100123', NOW)).toBe(5000);
	pace.holdLane('+15550100123', NOW + YEARS_MS, NOW);
	expect([pace.waitFor('+15550100123', NOW), pace.waitFor('+15550100124', NOW)]).toEqual([HOUR_MS, 5000]);
	pace.holdAll(NOW + YEARS_MS, NOW);
	expect(pace.waitForAll(NOW)).toBe(HOUR_MS);
	expect(pace.waitForAll(NOW + HOUR_MS)).toBe(0);
});
