import type { IExecuteFunctions, IGetNodeParameterOptions } from 'n8n-workflow';

import { InputItem } from '../../../../nodes/Chert/input/item';

const ITEMS = [{ json: { phone: '+15550100001' } }, { json: { phone: '+15550100123' } }];

/** Parameters as they are stored; n8n's own evaluation of them is told by a mark. */
const itemWith = (parameters: Record<string, unknown>) =>
	new InputItem(
		{
			getInputData: () => ITEMS,
			getNodeParameter: (
				name: string,
				index: number,
				fallback: unknown,
				options?: IGetNodeParameterOptions,
			) =>
				options?.rawExpressions
					? (parameters[name] ?? fallback)
					: `n8n's reading of ${name} for item ${index}`,
		} as unknown as IExecuteFunctions,
		1,
	);

it("reads a reference to a field of the item's data without n8n evaluating it", () => {
	expect(itemWith({ phone: '={{ $json.phone }}' }).getNodeParameter('phone', '')).toBe(
		'+15550100123',
	);
});

it.each(['={{ $json.fax }}', '={{ $now }}', 'fixed'])('leaves %s to n8n', (stored) => {
	expect(itemWith({ phone: stored }).getNodeParameter('phone', '')).toBe(
		"n8n's reading of phone for item 1",
	);
});

it('looks for a file in its own data, not in that of another item', () => {
	const functions = {
		helpers: {
			assertBinaryData: (index: number, name: string) => ({
				mimeType: '',
				data: `${name} of item ${index}`,
			}),
		},
	};
	expect(
		new InputItem(functions as unknown as IExecuteFunctions, 1).helpers.assertBinaryData('photo')
			.data,
	).toBe('photo of item 1');
});
