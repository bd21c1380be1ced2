import { VARIANTS } from '../../../sandbox';
import { useAction } from '../../support/action';
import { failed, HELLO } from '../../support/failedItem';

const action = useAction();

let leads = 200;

/** Another recipient each time: a blocked one gets no request until the block ends. */
function freshLead(): string {
	return `+15550100${leads++}`;
}

describe.each(VARIANTS.retryAfter)('a requested wait in: %s', (retryAfter) => {
	it.each(['standard', 'flat', 'hybrid'] as const)(
		'is named when it is too long (%s)',
		async (errors) => {
			action.sandbox.control.variants({ retryAfter, errors });
			action.sandbox.control.addFaults({ kind: 'saturated', retryAfter: 600 });
			const { error, message, details } = await failed(action, 'message.send', {
				...HELLO,
				phone: freshLead(),
			});

			expect(error).toBe('All lines are busy for this recipient');
			expect(message).toMatch(
				/Chert asks for a wait of (600|601|599) seconds\..*exceed Max Retry Wait in the options/,
			);
			expect(details).toMatchObject({ code: 4002, status: 503, retryable: true });
			expect(Math.abs(Number(details.retryAfter) - 600)).toBeLessThanOrEqual(1.5);
		},
	);
});
