import { resource, type Resource } from '../resource';
import { react, reactFields } from './react';
import { send, sendFields } from './send';
import { sendAndWait } from '../../sendAndWait/ask';
import { sendAndWaitFields, sendAndWaitWithoutWaiting } from './sendAndWait';
import { sendToChat, sendToChatFields } from './sendToChat';

export const message: Resource = resource('message', 'send', [
	{
		name: 'React',
		value: 'react',
		action: 'React to message',
		description: 'Put a tapback on a message',
		operation: react,
		fields: reactFields,
	},
	{
		name: 'Send',
		value: 'send',
		action: 'Send message to phone number',
		description: 'Send a text, with files if wanted, to one phone number',
		operation: send,
		fields: sendFields,
	},
	{
		name: 'Send and Wait for Response',
		value: 'sendAndWait',
		action: 'Send message and wait for response',
		description: 'Ask a question and continue with the answer',
		operation: sendAndWaitWithoutWaiting,
		execute: sendAndWait,
		fields: sendAndWaitFields,
	},
	{
		name: 'Send to Chat',
		value: 'sendToChat',
		action: 'Send message to chat',
		description: 'Send texts, files and links into an existing chat or group',
		operation: sendToChat,
		fields: sendToChatFields,
	},
]);
