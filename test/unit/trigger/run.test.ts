import type { IExecuteFunctions } from 'n8n-workflow';

import { runEvents } from '../../../nodes/shared/events/run';

it("what is no delivery of Chert passes through as it is, in a test with data of one's own for example", async () => {
	const items = [
		{ json: { anything: 1 } },
		{ json: { body: 'text', arrivedAt: '2026-09-01T10:00:00.000Z' } },
	];
	expect(await runEvents({ getInputData: () => items } as unknown as IExecuteFunctions)).toEqual(
		items,
	);
});
