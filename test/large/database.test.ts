import { createHash } from 'node:crypto';

import { chertCredential } from '../../hosts/chertCredential';
import type { N8n } from '../../hosts/n8n';
import { failureOf, outputOf, type WorkflowFile } from '../../hosts/rest';
import type { Sandbox } from '../../sandbox';
import { bytesOf, sha256AtSandbox, sha256Of } from '../engine/files/files';
import { startTestEnvironment, type TestEnvironment } from '../support/testEnvironment';

const PHONE = '+15550100123';

const SIZE_BYTES = 10_000_000;

let environment: TestEnvironment | undefined;
let sandbox: Sandbox;
let n8n: N8n;
let credentialId: string;

beforeAll(async () => {
	environment = await startTestEnvironment({ env: { N8N_DEFAULT_BINARY_DATA_MODE: 'database' } });
	({ n8n, sandbox } = environment);
	const credential = chertCredential(sandbox, { authentication: 'hmac' });
	credentialId = await n8n.rest.createCredential(credential);
});
afterAll(async () => await environment?.close());

function chert(name: string, parameters: object) {
	const credentials = { chertApi: { id: credentialId, name: 'Chert account' } };
	return {
		id: name,
		name,
		type: 'n8n-nodes-chert.chert',
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters,
		credentials,
	};
}

/** What a lead sent is fetched, uploaded again, and attached to a message. */
function workflow(attachmentId: string): WorkflowFile {
	const nodes = [
		{
			id: 'start',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
		chert('Fetch', {
			resource: 'attachment',
			operation: 'download',
			attachmentId,
			binaryPropertyName: 'film',
		}),
		chert('Send', {
			resource: 'message',
			operation: 'send',
			phone: PHONE,
			body: 'Look',
			binaryPropertyNames: 'film',
		}),
	];
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	return {
		name: 'Files in the database',
		nodes,
		connections: { Start: to('Fetch'), Fetch: to('Send') },
	} as WorkflowFile;
}

test('files that n8n keeps in its database arrive and come back as they were', async () => {
	const sha256 = sha256Of(bytesOf(SIZE_BYTES));
	await greet();
	const base64 = Buffer.concat([...bytesOf(SIZE_BYTES)]).toString('base64');
	await sandbox.control.reply(PHONE, {
		attachment: { fileName: 'film.mov', mimeType: 'video/quicktime', base64 },
	});
	const [{ attachments }] = sandbox.control.messages({ direction: 'inbound' });

	const workflowId = await n8n.rest.importWorkflow(workflow(attachments[0].attachmentId));
	const execution = await n8n.rest.executionEnded(await n8n.rest.run(workflowId, 'Start'));
	expect(failureOf(execution)).toBe('');

	const [{ json, binary }] = outputOf(execution, 'Fetch');
	expect(json).toMatchObject({ mimeType: 'video/quicktime', sizeBytes: SIZE_BYTES });
	expect(binary?.film.id).toMatch(/^database:/);
	expect(
		createHash('sha256')
			.update(await n8n.rest.binary(binary?.film.id ?? ''))
			.digest('hex'),
	).toBe(sha256);

	const [sent] = sandbox.control.messages().slice(-1);
	expect(sent.attachments).toMatchObject([
		{ mimeType: 'video/quicktime', sizeBytes: SIZE_BYTES, sha256 },
	]);
	expect(await sha256AtSandbox(sandbox, sent.attachments[0].attachmentId)).toBe(sha256);
});

/** A lead can answer only once it was written to. */
async function greet(): Promise<void> {
	await fetch(`${sandbox.apiUrl}/send`, {
		method: 'POST',
		headers: {
			authorization: `Bearer ${sandbox.signingSecret}`,
			'content-type': 'application/json',
		},
		body: JSON.stringify({ phone: PHONE, body: 'Hello' }),
	});
}
