import {
	NodeApiError,
	type IDataObject,
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
	type JsonObject,
} from 'n8n-workflow';

import { explainFailure, explainSilence, type Explanation } from '../../shared/advice';
import { credentialRefusal, readCredential } from '../../shared/credential';
import { readFailure } from '../../shared/failure';
import { CREDENTIAL_TYPE, exchange } from '../../shared/request';

interface Line {
	id: string;
	number: string;
	isActive: boolean;
}

/**
 * The account's sender lines.
 *
 * @throws NodeApiError that says what to do
 * Source: API section 3.21.
 */
async function getLines(context: ILoadOptionsFunctions): Promise<Line[]> {
	const credentialData = await context.getCredentials(CREDENTIAL_TYPE);
	const refusal = credentialRefusal(readCredential(credentialData));
	if (refusal) throw toError(context, { message: refusal, description: '' });

	const { baseUrl } = readCredential(credentialData);
	const outcome = await exchange(context, credentialData, {
		method: 'GET',
		path: '/phone-numbers',
	});
	if (outcome.kind === 'silence')
		throw toError(context, explainSilence(outcome, false, { baseUrl }));
	const body = outcome.answer.body as IDataObject | undefined;
	const failure = readFailure(outcome.answer);
	const entries = Array.isArray(body) ? body : (body?.phone_numbers ?? body?.data);
	if (failure || !Array.isArray(entries)) {
		throw toError(
			context,
			explainFailure(failure ?? { status: outcome.answer.statusCode }, { baseUrl }),
		);
	}
	return (entries as IDataObject[]).map((entry) => ({
		id: String(entry.phone_line_id ?? entry.id ?? ''),
		number: String(entry.phone_number ?? ''),
		isActive: entry.is_active !== false,
	}));
}

function toError(
	context: ILoadOptionsFunctions,
	{ message, description }: Explanation,
): NodeApiError {
	return new NodeApiError(context.getNode(), { message, description } as JsonObject, {
		message,
		description,
	});
}

function toResult(
	lines: Line[],
	filter: string | undefined,
	value: 'id' | 'number',
): INodeListSearchResult {
	const wanted = (filter ?? '').trim().toLowerCase();
	// A number may be looked for as people write it, with blanks, brackets and dashes.
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
