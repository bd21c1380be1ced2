import { resource, type Resource } from '../resource';
import { sendLocation, sendLocationFields } from './send';

export const location: Resource = resource('location', 'send', [
	{
		name: 'Send',
		value: 'send',
		action: 'Send location',
		description: 'Send a pin on a map to a phone number or a chat',
		operation: sendLocation,
		fields: sendLocationFields,
	},
]);
