import type { INodeProperties } from 'n8n-workflow';

import { transport } from '../../transport';
import { resource } from '../resource';
import { react, reactFields } from './react';
import { send, sendFields } from './send';
import { sendToChat, sendToChatFields } from './sendToChat';

export const message: INodeProperties[] = resource('message', 'send', [
	{
		name: 'React',
		value: 'react',
		action: 'React to message',
		description: 'Put a tapback on a message',
		routing: transport(react),
		fields: reactFields,
	},
	{
		name: 'Send',
		value: 'send',
		action: 'Send message to phone number',
		description: 'Send a text, with files if wanted, to one phone number',
		routing: transport(send),
		fields: sendFields,
	},
	{
		name: 'Send to Chat',
		value: 'sendToChat',
		action: 'Send message to chat',
		description: 'Send texts, files and links into an existing chat or group',
		routing: transport(sendToChat),
		fields: sendToChatFields,
	},
]);
