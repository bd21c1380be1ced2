import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { toId } from '../../input/id';
import { InputError } from '../../input/inputError';
import { toPhone } from '../../input/phone';
import { toDegrees, toExpiry } from '../../input/place';
import { optionalText } from '../../input/text';
import { chatIdField, phoneField } from '../fields';
import { readCountryCode } from '../../input/commonOptions';
import { countryCodeOption, idempotencyKeyOption, keyedWrite } from '../options';
import type { OperationDefinition } from '../resource';

const fields: INodeProperties[] = [
	{
		displayName: 'Recipient',
		name: 'recipient',
		type: 'options',
		options: [
			{ name: 'Chat', value: 'chatId', description: 'A chat, by its delivery chat ID' },
			{ name: 'Phone Number', value: 'phone', description: 'One person, by phone number' },
		],
		default: 'phone',
	},
	{ ...phoneField, displayOptions: { show: { recipient: ['phone'] } } },
	{
		...chatIdField,
		placeholder: 'e.g. iMessage;+;chat123',
		description:
			'The delivery chat ID of Chert, which no node returns. This is not the chat ID from Create Chat or the Chert Trigger.',
		displayOptions: { show: { recipient: ['chatId'] } },
	},
	{
		displayName: 'Latitude',
		name: 'latitude',
		// A number field cannot be empty: it would begin at 0, which is a place in the Atlantic.
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 48.8584',
		description: 'Decimal degrees between -90 and 90. North is positive.',
	},
	{
		displayName: 'Longitude',
		name: 'longitude',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 2.2945',
		description: 'Decimal degrees between -180 and 180. East is positive.',
	},
];

const optionFields: INodeProperties[] = [
	{
		displayName: 'Address',
		name: 'address',
		type: 'string',
		default: '',
		placeholder: 'e.g. 5 Avenue Anatole France, Paris',
		description: 'The address shown on the card',
	},
	countryCodeOption,
	{
		displayName: 'Expires At',
		name: 'expiresAt',
		type: 'dateTime',
		default: '',
		description: "When the pin expires. A time without an offset is in the workflow's time zone.",
	},
	idempotencyKeyOption,
	{
		displayName: 'If Pins Are Not Supported',
		name: 'fallbackMode',
		type: 'string',
		default: 'auto',
		description:
			'What Chert sends if the line does not support pins: "auto" sends an Apple Maps link',
	},
	{
		displayName: 'Label',
		name: 'label',
		type: 'string',
		default: '',
		placeholder: 'e.g. Your technician',
		description: 'The title of the card',
	},
];

const DELIVERY_CHAT_NOT_FOUND = {
	message: 'There is no chat with this delivery chat ID',
	description:
		'Send Location needs the delivery chat ID of Chert, e.g. iMessage;+;chat123, which no node returns. For a direct chat, choose Phone Number under Recipient',
};

/** Sends a fixed pin on a map. Source: API section 3.16. */
export const sendLocation: OperationDefinition = {
	name: 'Send',
	value: 'send',
	action: 'Send location',
	description:
		'Send a place as a pin on a map to a phone number or a chat. Returns the message ID and the status.',
	fields,
	options: optionFields,
	plan(item, options) {
		const toChat = item.getNodeParameter('recipient', 'phone') === 'chatId';
		const typedPhone = optionalText(item.getNodeParameter('phone', ''), 'Phone');
		const typedChatId = optionalText(item.getNodeParameter('chatId', ''), 'Chat ID');
		if (typedPhone && typedChatId) {
			throw new InputError(
				'Phone and Chat ID are both filled in, but a location goes to one of them: clear the other',
			);
		}
		const recipient: IDataObject = toChat
			? { chat_id: toId(typedChatId, 'Chat ID', 'the delivery chat ID, e.g. iMessage;+;chat123') }
			: { phone: toPhone(typedPhone, 'Phone', readCountryCode(options)) };
		const latitude = toDegrees(item.getNodeParameter('latitude', ''), 'Latitude', 90);
		const longitude = toDegrees(item.getNodeParameter('longitude', ''), 'Longitude', 180);
		const expiresAt =
			typeof options.expiresAt === 'object'
				? options.expiresAt
				: optionalText(options.expiresAt, 'Expires At');
		const label = optionalText(options.label, 'Label');
		const address = optionalText(options.address, 'Address');
		const fallbackMode = optionalText(options.fallbackMode, 'If Pins Are Not Supported');

		const json: IDataObject = { ...recipient, latitude, longitude };
		if (label) json.label = label;
		if (address) json.address = address;
		if (fallbackMode) json.fallback_mode = fallbackMode;
		if (expiresAt) json.expires_at = toExpiry(expiresAt, item.getTimezone(), Date.now());

		return {
			orderingKey: String(recipient.phone ?? recipient.chat_id),
			repeat: keyedWrite('body', options),
			errorContext: { byCode: { 2002: DELIVERY_CHAT_NOT_FOUND } },
			request: { method: 'POST', path: '/locations', json },
			given: { phone: recipient.phone as string | undefined },
		};
	},
};
