import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { requestList } from './listRequest';

interface Line {
	id: string;
	number: string;
	isActive: boolean;
}

/**
 * The sender lines of the account.
 *
 * @throws NodeApiError that says what to do
 * Source: API section 3.21.
 */
async function getLines(context: ILoadOptionsFunctions): Promise<Line[]> {
	const entries = await requestList(context, '/phone-numbers', 'phone_numbers');
	return entries.map((entry) => ({
		id: String(entry.phone_line_id ?? entry.id ?? ''),
		number: String(entry.phone_number ?? ''),
		isActive: entry.is_active !== false,
	}));
}

function toResult(
	lines: Line[],
	filter: string | undefined,
	value: 'id' | 'number',
): INodeListSearchResult {
	const wanted = (filter ?? '').trim().toLowerCase();
	// People search for a number as they write it, with spaces, parentheses and dashes.
	const digits = /^[\d+\s().-]+$/.test(wanted) ? wanted.replace(/[^\d+]/g, '') : undefined;
	const isWanted = ({ id, number }: Line) =>
		id.toLowerCase().includes(wanted) || (digits !== undefined && number.includes(digits));
	return {
		results: lines
			.filter((line) => line[value] !== '' && isWanted(line))
			.map((line) => ({
				name: `${line.number || line.id}${line.isActive ? '' : ' (inactive)'}`,
				value: line[value],
			})),
	};
}

/** Lines by their number, as Create Chat wants them. */
export async function searchLineNumbers(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return toResult(await getLines(this), filter, 'number');
}

/** Lines by their id, as Send wants them. */
export async function searchLineIds(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return toResult(await getLines(this), filter, 'id');
}
