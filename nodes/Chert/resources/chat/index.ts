import type { INodeProperties } from 'n8n-workflow';

import { transport } from '../../transport';
import { resource } from '../resource';
import { create, createFields } from './create';

export const chat: INodeProperties[] = resource('chat', 'create', [
	{
		name: 'Create',
		value: 'create',
		action: 'Create chat',
		description: 'Start a direct chat or a group with its first message',
		routing: transport(create),
		fields: createFields,
	},
]);
