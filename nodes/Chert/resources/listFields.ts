import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { toDisplayText } from '../../shared/fieldValue';
import { isOn, toBoolean } from '../input/boolean';
import type { Item } from '../input/item';
import { toWholeNumber } from '../input/wholeNumber';
import { unwrapList } from '../../shared/responseBody';
import type { Output } from '../transport/operation';

/** Return All and Limit, as in n8n's own nodes. */
export const listFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/**
 * How many entries to return.
 *
 * @returns Infinity for all
 * @throws InputError when Return All is neither true nor false, or Limit is not a whole number of at least 1
 */
export function readLimit(item: Item): number {
	if (isOn(item.getNodeParameter('returnAll', false), 'Return All')) return Infinity;
	return toWholeNumber(item.getNodeParameter('limit', 50), 'Limit', 1);
}

/**
 * True also when Simplify is empty.
 *
 * @throws InputError when it is neither true nor false
 */
export function readSimplify(item: Item): boolean {
	const value = item.getNodeParameter('simplify', true);
	return toDisplayText(value) === '' || toBoolean(value, 'Simplify');
}

export function readFilters(item: Item): IDataObject {
	return item.getNodeParameter('filters', {}) as IDataObject;
}

/** The collection "Filters" of a list. */
export function filtersField(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options,
	};
}

/**
 * One output for each entry of a list that Chert returns at once.
 *
 * @param names the keys under which Chert may return it
 */
export function listOutput(body: IDataObject, names: string[]): Output[] {
	return (unwrapList(body, ...names) ?? []).map((json) => ({ json }));
}
