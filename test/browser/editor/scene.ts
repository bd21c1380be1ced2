import type { INodeParameters } from 'n8n-workflow';

import { serveFolder, type FileServer } from '../../../hosts/fileServer';
import type { WorkflowFile } from '../../../hosts/rest';
import { Editor } from '../../support/editor';
import { FILES, startTestEnvironment, type TestEnvironment } from '../../support/testEnvironment';

export const ANA = '+15550100123';
export const LINE = '+15550100001';

/** What a person has in front of them: n8n with the package, its editor, a Chert to talk to, and files on the web. */
export interface Scene extends TestEnvironment {
	editor: Editor;
	files: FileServer;
	/** Opens the form of a Chert node with these parameters; a trigger to run it by hand stands before it. */
	openChert(parameters: INodeParameters, options?: { hasCredential: boolean }): Promise<void>;
	/** Opens the form of a Chert Trigger, or of a Chert Stream Trigger. */
	openTrigger(type?: 'chertTrigger' | 'chertStreamTrigger'): Promise<void>;
}

export async function openScene(): Promise<Scene> {
	const environment = await startTestEnvironment();
	const files = await serveFolder(FILES);
	const editor = await Editor.open(environment.n8n.url);
	const credentials = { chertApi: { id: environment.credentialId, name: 'Chert account' } };

	const open = async (workflow: WorkflowFile, node: string) => {
		await editor.openWorkflow(await environment.n8n.rest.importWorkflow(workflow));
		await editor.openNode(node);
	};
	return {
		...environment,
		editor,
		files,
		openChert: async (parameters, { hasCredential } = { hasCredential: true }) =>
			await open(
				{
					name: 'Follow-up',
					nodes: [
						{
							id: 'start',
							name: 'Start',
							type: 'n8n-nodes-base.manualTrigger',
							typeVersion: 1,
							position: [0, 0],
							parameters: {},
						},
						{
							id: 'chert',
							name: 'Chert',
							type: 'n8n-nodes-chert.chert',
							typeVersion: 1,
							position: [240, 0],
							parameters,
							...(hasCredential && { credentials }),
						},
					],
					connections: { Start: { main: [[{ node: 'Chert', type: 'main', index: 0 }]] } },
				},
				'Chert',
			),
		openTrigger: async (type = 'chertTrigger') => {
			const name = type === 'chertTrigger' ? 'Chert Trigger' : 'Chert Stream Trigger';
			await open(
				{
					name: 'Replies',
					nodes: [
						{
							id: 'trigger',
							name,
							type: `n8n-nodes-chert.${type}`,
							typeVersion: type === 'chertTrigger' ? 1.1 : 1,
							position: [0, 0],
							parameters: {},
							credentials,
							webhookId: 'replies',
						},
					],
					connections: {},
				},
				name,
			);
		},
		close: async () => {
			await editor.close();
			await files.close();
			await environment.close();
		},
	};
}
