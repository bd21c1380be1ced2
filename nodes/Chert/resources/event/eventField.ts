import type { INodeProperties } from 'n8n-workflow';

import type { ErrorMessage } from '../../../shared/errorMessages';

export const eventRowIdField: INodeProperties = {
	displayName: 'Event ID',
	name: 'eventRowId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. evt_8X1',
	description:
		'ID of the event in the event log, from Get Many Events. This is not its "event_id".',
};

export const eventNotFound = (eventRowId: string): ErrorMessage => ({
	message: `There is no event with the ID "${eventRowId}"`,
	description: 'Use the ID from Get Many Events. Old events may have been deleted',
});
