import type { IDataObject, INode } from 'n8n-workflow';

import { failureOf, outputOf, type WorkflowFile } from '../../hosts/rest';
import { OPERATION_CASES } from '../support/operationCases';
import { useReceiver } from '../support/receiver';
import { Samples } from '../support/samples';
import type { TestHost } from './testHost';

const CHERT = 'Chert';

/** Every operation of the node, started by hand in a workflow of n8n. */
export function operationCases(host: () => TestHost): void {
	const receiver = useReceiver();

	it.each(Object.entries(OPERATION_CASES))('%s', async (operation, { parameters, timesDone }) => {
		const { sandbox, n8n } = host();
		const values = await parameters(new Samples(sandbox, receiver));
		const before = timesDone(sandbox);
		const id = await host().importWorkflow(workflowOf(host(), operation, values));
		const execution = await n8n.rest.executionEnded(await n8n.rest.run(id, 'Start'));
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, CHERT)).not.toEqual([]);
		expect(timesDone(sandbox) - before).toBe(1);
	});
}

/** A manual start, a PDF made from text, and the Chert node. */
function workflowOf(host: TestHost, operation: string, values: IDataObject): WorkflowFile {
	const [resource, name] = operation.split('.');
	const fileOptions = { fileName: 'invoice.pdf', mimeType: 'application/pdf' };
	const isUpload = operation === 'attachment.upload';
	const node = (title: string, type: string, typeVersion: number, parameters: IDataObject) =>
		({ id: title, name: title, type, typeVersion, position: [0, 0], parameters }) as INode;
	const next = (title: string) => ({ main: [[{ node: title, type: 'main' as const, index: 0 }]] });
	return {
		name: operation,
		settings: { executionOrder: 'v1' },
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			node('Text', 'n8n-nodes-base.code', 2, { jsCode: "return [{ json: { text: 'Invoice' } }];" }),
			node('File', 'n8n-nodes-base.convertToFile', 1.1, {
				operation: 'toText',
				sourceProperty: 'text',
				options: {},
			}),
			{
				...node(CHERT, 'n8n-nodes-chert.chert', 1, {
					resource,
					operation: name,
					...values,
					...(isUpload && { options: fileOptions }),
				}),
				credentials: { chertApi: { id: host.credentialId, name: 'Chert account' } },
			},
		],
		connections: { Start: next('Text'), Text: next('File'), File: next(CHERT) },
	} as unknown as WorkflowFile;
}
