import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
	ITriggerResponse,
} from 'n8n-workflow';

import { processEvents } from '../shared/events/processEvents';
import { eventProperties } from '../shared/events/triggerSettings';
import { storePosition } from './position';
import { startStream, waitForEvent } from './streamEvents';

/**
 * A separate node: in the editor n8n waits for a webhook call for every node that has webhooks, so a trigger with both
 * connections could not be tested with this one.
 */
export class ChertStreamTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Chert Stream Trigger',
		name: 'chertStreamTrigger',
		icon: { light: 'file:../../icons/chert.svg', dark: 'file:../../icons/chert.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description:
			'Starts the workflow on iMessage replies and tapbacks, for n8n instances without a public address',
		eventTriggerDescription: 'Text your Chert line, or reply in a chat with it',
		activationMessage:
			'This workflow now reads your events from Chert. Text your line to see it run.',
		defaults: { name: 'Chert Stream Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'chertApi', required: true }],
		triggerPanel: {
			header: '',
			executionsHelp: {
				inactive:
					'<b>While building</b>, click Execute step, then text your Chert line from your phone. The workflow runs once.<br /><br /><b>For every message</b>, <a data-key="activate">publish</a> the workflow. It then reads events from Chert continuously. Each run is in the <a data-key="executions">executions list</a>.',
				active:
					'<b>While building</b>, click Execute step, then text your Chert line from your phone. The published workflow gets the message too.<br /><br /><b>Live messages</b> run the published workflow; each run is in the <a data-key="executions">executions list</a>.',
			},
			activationHint:
				'Once you have finished building, <a data-key="activate">publish</a> the workflow so that every message runs it.',
		},
		properties: eventProperties(),
	};

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		const reading = new AbortController();
		await startStream(this, reading.signal);
		return { closeFunction: async () => reading.abort() };
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (this.getMode() !== 'manual') {
			return [await processEvents(this, { input: storePosition(this, this.getInputData()) })];
		}
		const item = await waitForEvent(this);
		return [item === undefined ? [] : await processEvents(this, { input: [item] })];
	}
}
