import type { IExecuteFunctions } from 'n8n-workflow';

import { processEvents } from '../../../../nodes/shared/events/processEvents';

it('an item that is not a delivery passes through unchanged, e.g. pinned data', async () => {
	const items = [
		{ json: { anything: 1 } },
		{ json: { body: 'text', arrivedAt: '2026-09-01T10:00:00.000Z' } },
	];
	expect(
		await processEvents({ getInputData: () => items } as unknown as IExecuteFunctions),
	).toEqual(items);
});
