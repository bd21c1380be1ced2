import type { IDataObject } from 'n8n-workflow';

/**
 * A message object with its ID under the name that other operations ask for.
 *
 * @param message as the API returns it (section 2.7)
 */
export function messageOutput(message: IDataObject): IDataObject {
	return { ...message, ...(typeof message.id === 'string' && { messageId: message.id }) };
}

/** A chat object with its ID under the name that other operations ask for; see {@link messageOutput}. */
export function chatOutput(chat: IDataObject): IDataObject {
	return { ...chat, ...(typeof chat.id === 'string' && { chatId: chat.id }) };
}
