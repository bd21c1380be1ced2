import { ERROR_CODES, VARIANTS } from '../../../sandbox';
import { useAction } from '../../support/action';
import { failed, HELLO } from '../../support/failedItem';

const action = useAction();

const traceOf = (message: string) => /trace ([0-9a-f]{12})/.exec(message)?.[1];

describe.each(VARIANTS.errors)('every code, in the shape "%s"', (errors) => {
	beforeEach(() => {
		action.sandbox.control.variants({ errors });
	});

	it.each(Object.entries(ERROR_CODES).map(([code, { status }]) => [Number(code), status]))(
		'%i has a sentence and a hint, with code, status and trace',
		async (code, status) => {
			action.sandbox.control.addFaults({ kind: 'notRetryable', route: 'send', code });
			const { error, message, details } = await failed(action, 'message.send', HELLO);

			expect(error).not.toMatch(/^Chert rejected the request|\.$/);
			expect(message).toContain(`${error}. `);
			expect(message).toContain(
				`Chert says: ${ERROR_CODES[code as keyof typeof ERROR_CODES].message}.`,
			);
			expect(message).toContain(`(Chert code ${code}, HTTP ${status}, trace `);
			expect(details).toEqual({ code, status, retryable: false, traceId: traceOf(message) });
			expect(action.requests()).toHaveLength(1);
		},
	);
});

it("describes an unknown code with Chert's own words", async () => {
	action.sandbox.control.addFaults({ kind: 'notRetryable', code: 6001, status: 400 });
	const { error, message, details } = await failed(action, 'message.send', HELLO);

	expect(error).toBe('Chert rejected the request');
	expect(message).toContain(
		'Correct the request as Chert says. Chert says: Unknown code. (Chert code 6001, HTTP 400, trace ',
	);
	expect(details).toMatchObject({ code: 6001, status: 400, retryable: false });
});

it('finds the trace in the header when the body has none', async () => {
	action.sandbox.control.variants({ errorTraceId: false });
	const { message, details } = await failed(action, 'message.react', { messageId: 'nobody' });

	expect(details.traceId).toMatch(/^[0-9a-f]{12}$/);
	expect(traceOf(message)).toBe(details.traceId);
});
