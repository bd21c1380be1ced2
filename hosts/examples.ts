import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import type { WorkflowFile } from './rest';

const FOLDER = join(__dirname, '..', 'examples');

/** The node of an example that holds the values to fill in. */
const SETTINGS_NODE = 'Settings';

export interface FillIn {
	/** Id of the stored `chertApi` credential. */
	credentialId: string;
	/** Values for fields of the node Settings, by name. */
	settings?: Record<string, string | number>;
}

/** Names of all example workflows: file names without `.json`. */
export function exampleNames(): string[] {
	return readdirSync(FOLDER)
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.replace(/\.json$/, ''))
		.sort();
}

/** An example workflow as its file has it. */
export function readExample(name: string): WorkflowFile {
	return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as WorkflowFile;
}

/**
 * Fills in an example workflow like a user in the editor: selects the credential and changes the settings.
 * @throws {Error} if the example has no setting of this name
 */
export function fillExample(name: string, { credentialId, settings = {} }: FillIn): WorkflowFile {
	const workflow = readExample(name);
	for (const node of workflow.nodes) {
		if (node.credentials?.chertApi) node.credentials.chertApi.id = credentialId;
	}
	for (const [field, value] of Object.entries(settings))
		setting(workflow, name, field).value = value;
	return workflow;
}

function setting(
	workflow: WorkflowFile,
	example: string,
	field: string,
): { name: string; value: string | number } {
	const node = workflow.nodes.find((each: INode) => each.name === SETTINGS_NODE);
	const { assignments } = (node?.parameters.assignments ?? { assignments: [] }) as {
		assignments: Array<{ name: string; value: string | number }>;
	};
	const found = assignments.find((assignment) => assignment.name === field);
	if (!found) throw new Error(`Example ${example} has no setting "${field}"`);
	return found;
}
