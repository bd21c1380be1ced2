import { isOn } from '../../input/boolean';
import { filtersField, listFields, listOutput, readFilters, readLimit } from '../listFields';
import type { OperationDefinition } from '../resource';

/** Source: API section 3.21. */
export const getManyLines: OperationDefinition = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many lines',
	description:
		'List the phone lines that you can send from. Returns the phone number, ID and capabilities of each line.',
	fields: [
		...listFields,
		filtersField([
			{
				displayName: 'Active Only',
				name: 'activeOnly',
				type: 'boolean',
				default: true,
				description: 'Whether to return only lines that are active',
			},
		]),
	],
	plan(item) {
		const limit = readLimit(item);
		const activeOnly = isOn(readFilters(item).activeOnly, 'Active Only');
		return {
			repeat: 'read',
			request: { method: 'GET', path: '/phone-numbers' },
			toOutput: ({ body }) =>
				listOutput(body, ['phone_numbers'])
					.filter(({ json }) => !activeOnly || json.is_active !== false)
					.slice(0, limit),
		};
	},
};
