import type { IDataObject } from 'n8n-workflow';

import { asObject } from './object';

/**
 * An object that Chert may wrap under its name, under `data`, or not at all (API section 9).
 *
 * @param body the response's body
 * @param names the possible wrappers, e.g. `message`
 */
export function unwrapObject(body: unknown, ...names: string[]): IDataObject {
	const outer = asObject(body) ?? {};
	const data = asObject(outer.data);
	const candidates = names.flatMap((name) => [outer[name], data?.[name]]);
	return candidates.map(asObject).find((entry) => entry !== undefined) ?? data ?? outer;
}

/**
 * A list that Chert may wrap under its name, under `data`, or not at all (API section 9). Entries that are not objects
 * are left out.
 *
 * @param body the response's body
 * @param names the possible wrappers, e.g. `events`
 * @returns undefined when the body has no list
 */
export function unwrapList(body: unknown, ...names: string[]): IDataObject[] | undefined {
	const outer = asObject(body);
	const data = asObject(outer?.data);
	const candidates = [body, ...names.flatMap((name) => [outer?.[name], data?.[name]]), outer?.data];
	const list = candidates.find((entry): entry is unknown[] => Array.isArray(entry));
	return list?.map(asObject).filter((entry) => entry !== undefined);
}
