import { resource, type Resource } from '../resource';
import { create, createFields } from './create';

export const chat: Resource = resource('chat', 'create', [
	{
		name: 'Create',
		value: 'create',
		action: 'Create chat',
		description: 'Start a direct chat or a group with its first message',
		operation: create,
		fields: createFields,
	},
]);
