import type { IDataObject } from 'n8n-workflow';

import { unwrapObject } from '../../../shared/responseBody';
import { toChatId } from '../../input/id';
import { InputError } from '../../input/inputError';
import { toText } from '../../input/text';
import { toHttpsAddress } from '../../input/webAddress';
import { groupIdField, updateFieldsField } from '../fields';
import { successOutput } from '../../transport/output';
import { chatOutput } from '../objectOutput';
import type { OperationDefinition } from '../resource';
import { GROUP_ERRORS } from './groupErrors';

/** Source: API section 3.7. */
export const updateGroup: OperationDefinition = {
	name: 'Update Group',
	value: 'updateGroup',
	action: 'Update group',
	description: 'Change the name or the photo of a group chat. Returns the group.',
	fields: [
		groupIdField,
		updateFieldsField([
			{
				displayName: 'Group Name',
				name: 'displayName',
				type: 'string',
				default: '',
				placeholder: 'e.g. Kitchen renovation',
				description: 'The new name of the group',
			},
			{
				displayName: 'Group Photo URL',
				name: 'iconUrl',
				type: 'string',
				default: '',
				placeholder: 'e.g. https://example.com/kitchen.jpg',
				description: 'Web address of the new photo of the group, starting with https://',
			},
		]),
	],
	plan(item) {
		const chatId = toChatId(item.getNodeParameter('chatId', ''));
		const { displayName, iconUrl } = item.getNodeParameter('updateFields', {}) as IDataObject;
		if (displayName === undefined && iconUrl === undefined) {
			throw new InputError('Update Fields is empty: add Group Name or Group Photo URL');
		}
		return {
			orderingKey: chatId,
			repeat: 'idempotentWrite',
			errorContext: { id: chatId, byCode: GROUP_ERRORS },
			request: {
				method: 'PUT',
				path: `/chats/${encodeURIComponent(chatId)}`,
				json: {
					...(displayName !== undefined && {
						display_name: toText(displayName, 'Group Name').trim(),
					}),
					...(iconUrl !== undefined && {
						group_chat_icon: toHttpsAddress(iconUrl, 'Group Photo URL'),
					}),
				},
			},
			toOutput: (result) => ({
				json: chatOutput(unwrapObject(successOutput(result).json, 'chat')),
			}),
			given: { chatId },
		};
	},
};
