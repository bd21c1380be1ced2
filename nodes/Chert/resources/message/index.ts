import { resource } from '../resource';
import { editMessage } from './edit';
import { getMessage } from './get';
import { getManyMessages } from './getMany';
import { reactToMessage } from './react';
import { sendMessage } from './send';
import { sendAndWait } from './sendAndWait';
import { sendToChat } from './sendToChat';

export const message = resource({ name: 'Message', value: 'message' }, sendMessage, [
	editMessage,
	getMessage,
	getManyMessages,
	reactToMessage,
	sendMessage,
	sendAndWait,
	sendToChat,
]);
