import { file, LEAD, useAction } from '../../support/action';

const action = useAction();

const INPUT = { json: { phone: LEAD, status: 'new', row: 7 }, binary: file('photo') };
const PARAMETERS = { phone: '={{ $json.phone }}', body: 'Hello' };

it.each(['message.send', 'line.getMany'])(
	'adds the fields and files of the input to each output of %s',
	async (operation) => {
		const options = { includeInputFields: true };
		const { items } = await action.run(operation, { ...PARAMETERS, options }, { items: [INPUT] });

		expect(items.length).toBeGreaterThan(0);
		for (const { json, binary, pairedItem } of items) {
			expect(json).toMatchObject({ phone: LEAD, row: 7 });
			expect(Object.keys(binary ?? {})).toEqual(['photo']);
			expect(pairedItem).toEqual({ item: 0 });
		}
	},
);

it('lets the output win over the input', async () => {
	const options = { includeInputFields: true };
	const { items } = await action.run(
		'message.send',
		{ ...PARAMETERS, options },
		{ items: [INPUT] },
	);

	expect(items[0].json.status).toBe('sent');
});

it('leaves them out by default', async () => {
	const { items } = await action.run('message.send', PARAMETERS, { items: [INPUT] });

	expect(items[0].json).not.toHaveProperty('row');
	expect(items[0].binary).toBeUndefined();
});
