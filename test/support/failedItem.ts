import { inspect } from 'node:util';

import type { IDataObject } from 'n8n-workflow';

import { LEAD, type Action } from './action';
import type { RunOptions, RunResult } from './engine';

export const HELLO = { phone: LEAD, body: 'Hello' };

export interface FailedItem {
	error: string;
	message: string;
	details: IDataObject;
}

/** Searches everything that a run leaves behind for the secret. */
export function expectNoSecret({ sandbox }: Action, result: RunResult): void {
	const everything = inspect(result, {
		depth: 30,
		maxStringLength: null,
		maxArrayLength: null,
		showHidden: true,
	});
	expect(everything).not.toContain(sandbox.signingSecret);
	expect(everything).not.toContain('x-chert-signature');
}

/** Runs one item that fails, with On Error set to Continue (using error output). */
export async function failed(
	action: Action,
	operation: string,
	parameters: IDataObject,
	options: Partial<RunOptions> = {},
): Promise<FailedItem> {
	const result = await action.run(operation, parameters, {
		onError: 'continueErrorOutput',
		...options,
	});
	expectNoSecret(action, result);
	expect(result.items).toEqual([]);
	expect(result.errors).toHaveLength(1);
	const [{ json, pairedItem }] = result.errors;
	expect(Object.keys(json).sort()).toEqual(['details', 'error', 'message']);
	expect(pairedItem).toMatchObject({ item: 0 });
	return json as unknown as FailedItem;
}
