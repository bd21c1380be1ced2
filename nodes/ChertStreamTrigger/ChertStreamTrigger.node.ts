import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
	ITriggerResponse,
} from 'n8n-workflow';

import { eventProperties } from '../shared/events/options';
import { runEvents } from '../shared/events/run';
import { startStream, waitForEvent } from './run';

/**
 * A node of its own, because n8n waits for a webhook call whenever a node that has webhooks is tried out in the editor:
 * a trigger with both connections could not be tested with this one.
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
			'Starts the workflow on replies by iMessage and tapbacks, where Chert cannot reach this n8n by a public address',
		eventTriggerDescription: 'Send a message to your Chert line, or reply in a chat with it',
		activationMessage:
			'This workflow now reads your events from Chert. Send a message to your line to see it run.',
		defaults: { name: 'Chert Stream Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'chertApi', required: true }],
		triggerPanel: {
			header: '',
			executionsHelp: {
				inactive:
					'<b>While building</b>, click Execute step, then send a message to your Chert line from your phone. It runs the workflow once.<br /><br /><b>For every message</b>, <a data-key="activate">publish</a> the workflow: it then reads events from Chert all the time, and each run is in the <a data-key="executions">executions list</a>.',
				active:
					'<b>While building</b>, click Execute step, then send a message to your Chert line from your phone. The published workflow gets it too.<br /><br /><b>Live messages</b> run the published workflow; each run is in the <a data-key="executions">executions list</a>.',
			},
			activationHint:
				'Once you have finished building, <a data-key="activate">publish</a> the workflow so that every message runs it.',
		},
		properties: eventProperties,
	};

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		const reading = new AbortController();
		await startStream(this, reading.signal);
		return { closeFunction: async () => reading.abort() };
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (this.getMode() !== 'manual') return [await runEvents(this)];
		const item = await waitForEvent(this);
		return [item === undefined ? [] : await runEvents(this, [item])];
	}
}
