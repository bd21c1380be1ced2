import { resources } from '../../nodes/Chert/resources';
import { FORMS } from '../browser/editor/operationForms';

it('test/browser/editor/operationForms.ts has every operation of the node', () => {
	const labels = resources.flatMap(({ name, operations }) =>
		operations.map((operation) => `${name}: ${operation.name}`),
	);
	expect(Object.keys(FORMS).sort()).toEqual(labels.sort());
});
