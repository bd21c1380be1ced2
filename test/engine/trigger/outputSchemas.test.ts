import type { INodeExecutionData } from 'n8n-workflow';

import { credentialFor } from '../../support/engine';
import { departures, readOutputSchema } from '../../support/outputSchema';
import { useSandbox } from '../../support/sandbox';
import { TriggerHost } from '../../support/triggerEngine';
import { StreamHost } from '../../support/triggerStream';
import { until } from '../../support/until';

const ANA = '+15550100123';
const PHOTO = { fileName: 'roof.png', mimeType: 'image/png', base64: 'iVBORw0KGgo=' };

const context = useSandbox();

/** The item has all fields of the schema, and no others. */
function expectToFit({ json }: INodeExecutionData, folder: string, version: number): void {
	const schema = readOutputSchema(folder, { version });
	expect(departures(json, schema)).toEqual([]);
	expect(Object.keys(json).sort()).toEqual(Object.keys(schema.properties ?? {}).sort());
	const [attachment] = json.attachments as object[];
	const { items } = schema.properties?.attachments ?? {};
	expect(Object.keys(attachment).sort()).toEqual(Object.keys(items?.properties ?? {}).sort());
}

it('the item of a message is as the output schema of the trigger says', async () => {
	const host = await TriggerHost.start({ credential: credentialFor(context.sandbox) });
	await host.activate();
	await context.sandbox.control.reply(ANA, { text: 'Yes please', attachment: PHOTO });
	await context.sandbox.control.idle();
	await host.idle();
	await host.close();
	expectToFit(host.calls[0].items[0], 'ChertTrigger', 1.1);
});

it('the item of a message is as the output schema of the stream trigger says', async () => {
	const host = new StreamHost(credentialFor(context.sandbox));
	await host.activate();
	await context.sandbox.control.reply(ANA, { text: 'Yes please', attachment: PHOTO });
	await until(
		() => host.items.length > 0,
		() => `${host.runs} executions`,
	);
	await host.deactivate();
	await host.idle();
	expectToFit(host.items[0], 'ChertStreamTrigger', 1);
});
