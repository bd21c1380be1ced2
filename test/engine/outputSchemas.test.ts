import { loadOutputSchema } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';
import { join } from 'node:path';

import { startSandbox, type Sandbox } from '../../sandbox';
import { credentialFor, runChert, type Input } from '../support/engine';

interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
}

const LEAD = '+15550100123';
const PICTURE: Input = {
	binary: {
		data: {
			data: Buffer.from('picture').toString('base64'),
			mimeType: 'image/png',
			fileName: 'roof.png',
		},
	},
};

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});

afterAll(() => sandbox.close());

/** The one output item of an operation. */
async function outputOf(
	resource: string,
	operation: string,
	parameters: IDataObject,
	input: Input = {},
) {
	const { items, error } = await runChert(
		{ resource, operation, ...parameters },
		{ credential: credentialFor(sandbox), items: [input] },
	);
	if (error) throw error;
	return items[0].json;
}

/** Where a value departs from a schema: names it does not have, and other types. `null` fits any type. */
function departures(value: unknown, schema: Schema | undefined, path = 'json'): string[] {
	if (!schema) return [`${path} is not in the schema`];
	if (value === null || value === undefined) return [];
	if (Array.isArray(value)) {
		if (schema.type !== 'array') return [`${path} is an array, not ${schema.type}`];
		return value.flatMap((entry) => departures(entry, schema.items, `${path}[]`));
	}
	if (typeof value !== schema.type) return [`${path} is ${typeof value}, not ${schema.type}`];
	if (typeof value !== 'object') return [];
	return Object.entries(value).flatMap(([key, entry]) =>
		departures(entry, schema.properties?.[key], `${path}.${key}`),
	);
}

const partsOf = (text: string): IDataObject => ({ parts: { part: [{ type: 'text', text }] } });

/** Runs each operation; the later ones need ids that the earlier ones gave. */
const OPERATIONS: Record<string, () => Promise<IDataObject>> = {
	'message/send': () => outputOf('message', 'send', { phone: LEAD, body: 'Hello' }),
	'message/sendToChat': async () => {
		const { lead_id: chatId } = await outputOf('message', 'send', { phone: LEAD, body: 'Hello' });
		return await outputOf('message', 'sendToChat', { chatId, ...partsOf('More') });
	},
	'message/react': async () => {
		const { message_id: messageId } = await outputOf('message', 'send', {
			phone: LEAD,
			body: 'Hello',
		});
		return await outputOf('message', 'react', { messageId, reaction: 'love' });
	},
	'chat/create': () =>
		outputOf('chat', 'create', {
			from: { __rl: true, mode: 'phone', value: sandbox.lines[0].phoneNumber },
			to: LEAD,
			...partsOf('Hello'),
		}),
	'attachment/upload': () => outputOf('attachment', 'upload', {}, PICTURE),
	'attachment/get': async () => {
		const { attachmentId } = await outputOf('attachment', 'upload', {}, PICTURE);
		return await outputOf('attachment', 'get', { attachmentId });
	},
	'attachment/download': async () => {
		const { attachmentId } = await outputOf('attachment', 'upload', {}, PICTURE);
		return await outputOf('attachment', 'download', { attachmentId });
	},
	'location/send': () =>
		outputOf('location', 'send', {
			recipient: 'phone',
			phone: LEAD,
			latitude: 48.8584,
			longitude: 2.2945,
		}),
};

it.each(Object.entries(OPERATIONS))('%s gives what its output schema says', async (name, run) => {
	const [resource, operation] = name.split('/');
	const nodeDir = join(__dirname, '../../nodes/Chert');
	const schema = loadOutputSchema({
		nodeDir,
		version: 1,
		resource,
		operation,
	}) as unknown as Schema;
	const json = await run();
	expect(departures(json, schema)).toEqual([]);
	expect(Object.keys(json).sort()).toEqual(Object.keys(schema.properties ?? {}).sort());
});
