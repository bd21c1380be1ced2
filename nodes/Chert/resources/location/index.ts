import type { INodeProperties } from 'n8n-workflow';

import { transport } from '../../transport';
import { resource } from '../resource';
import { sendLocation, sendLocationFields } from './send';

export const location: INodeProperties[] = resource('location', 'send', [
	{
		name: 'Send',
		value: 'send',
		action: 'Send location',
		description: 'Send a pin on a map to a phone number or a chat',
		routing: transport(sendLocation),
		fields: sendLocationFields,
	},
]);
