import { file, useAction } from '../support/action';
import { itHasEveryOperation, OPERATION_CASES } from '../support/operationCases';
import { departures, readOutputSchema } from '../support/outputSchema';
import { useReceiver } from '../support/receiver';
import { Samples } from '../support/samples';

/** Fields of the schemas that Chert does not always give: the sandbox's history names no sender. */
const OPTIONAL: Record<string, string[]> = {
	'message.get': ['from'],
	'message.getMany': ['from'],
};

const action = useAction();
const receiver = useReceiver();

itHasEveryOperation('test/support/operationCases.ts', Object.keys(OPERATION_CASES));

it.each(Object.entries(OPERATION_CASES))(
	'%s gives what its output schema says',
	async (name, { parameters }) => {
		const [resource, operation] = name.split('.');
		const schema = readOutputSchema('Chert', { version: 1, resource, operation });
		const { items, error } = await action.run(
			name,
			await parameters(new Samples(action.sandbox, receiver)),
			{ items: [{ binary: file('data') }] },
		);
		if (error) throw error;

		for (const { json } of items) expect(departures(json, schema)).toEqual([]);
		const present = new Set(items.flatMap(({ json }) => Object.keys(json)));
		for (const optional of OPTIONAL[name] ?? []) present.add(optional);
		expect([...present].sort()).toEqual(Object.keys(schema.properties ?? {}).sort());
	},
);
