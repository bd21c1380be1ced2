import type { IDataObject } from 'n8n-workflow';

import { LEAD } from '../../../support/action';
import { EMPTY, type Case } from './case';

const pin = (parameters: IDataObject, sentence: string): Case => ({
	operation: 'location.send',
	parameters: { phone: LEAD, latitude: 1, longitude: 2, ...parameters },
	sentence,
});

export const LOCATION_CASES: Record<string, Case> = {
	'the phone of a pin given as a list': pin(
		{ phone: '={{ ["+15550100123"] }}' },
		'Phone is a list, not text: choose the value inside it',
	),
	'a latitude out of range': pin(
		{ latitude: '={{ 90.0001 }}' },
		'Latitude "90.0001" is not between -90 and 90: enter degrees with a decimal point, e.g. 48.8584',
	),
	'a longitude out of range': pin(
		{ longitude: '={{ -181 }}' },
		'Longitude "-181" is not between -180 and 180: enter degrees with a decimal point, e.g. 48.8584',
	),
	'a latitude with a comma': pin(
		{ latitude: '={{ "48,8584" }}' },
		'Latitude "48,8584" is not between -90 and 90: enter degrees with a decimal point, e.g. 48.8584',
	),
	'no longitude': pin(
		{ longitude: '={{ "" }}' },
		'Longitude is empty: enter decimal degrees, e.g. 48.8584',
	),
	'a pin without phone': pin(
		{ phone: EMPTY },
		'Phone is empty: enter a number with its country code, e.g. +15550100123, or check what its expression returns for this item',
	),
	'a pin without chat': pin(
		{ recipient: 'chatId', chatId: EMPTY },
		'Chat ID is empty: use the delivery chat ID, e.g. iMessage;+;chat123',
	),
	'a pin with phone and chat': pin(
		{ recipient: '={{ "phone" }}', chatId: 'iMessage;+;chat123' },
		'Phone and Chat ID are both filled in, but a location goes to one of them: clear the other',
	),
	'an expiry that is no time': pin(
		{ options: { expiresAt: 'soon' } },
		'Expires At "soon" is not a date: pick a date and time, e.g. 2030-01-31T18:00:00Z',
	),
	'an expiry that has passed': pin(
		{ options: { expiresAt: '2020-01-31T18:00:00Z' } },
		'Expires At "2020-01-31T18:00:00Z" has passed: pick a time in the future',
	),
};
