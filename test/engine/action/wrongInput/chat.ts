import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import { file, from, LEAD, OTHER_LEAD, parts, text } from '../../../support/action';
import { CHAT_IS_PHONE, EMPTY, ID_SOURCE, one, type Case } from './case';

const FIRST_URL =
	"the first message of a chat can't have a web address in its text: move it to a part of the type Rich Link";
const GROUP_TEXT_ONLY =
	'the first message to a group can contain only text without links: create the group with a text, then use Send to Chat for files and links';
const THIRTY_TWO = Array.from({ length: 32 }, (_, index) => `+155501${10000 + index}`).join(',');

const create = (parameters: IDataObject, sentence: string, binary?: IBinaryKeyData): Case => ({
	operation: 'chat.create',
	parameters: { ...from(), to: LEAD, ...parts(text()), ...parameters },
	binary,
	sentence,
});

export const CHAT_CASES: Record<string, Case> = {
	'no line': create(
		from(EMPTY),
		'From is empty: enter a number with its country code, e.g. +15550100123, or check what its expression returns for this item',
	),
	'a line that is no number': create(
		from('pl_9K'),
		'From "pl_9K" is not a phone number: enter + and the country code first, e.g. +15550100123',
	),
	'no recipient': create(
		{ to: ' , \n' },
		'To is empty: enter one number, or several separated by commas, e.g. +15550100123',
	),
	'a recipient that is no number': create(
		{ to: `${LEAD}, Ana` },
		'To "Ana" is not a phone number: enter + and the country code first, e.g. +15550100123',
	),
	'32 recipients': create(
		{ to: THIRTY_TWO },
		'To has 32 recipients, but a group can have at most 31: split the list',
	),
	'a web address in the first text': create(
		parts(text(), text('See HTTPS://shop.example')),
		`Part 2: ${FIRST_URL}`,
	),
	'a web address in the first text, as JSON': create(
		{ specifyParts: 'json', partsJson: '[{ "type": "text", "value": "http://shop.example" }]' },
		`Part 1: ${FIRST_URL}`,
	),
	'a rich link to a new group': create(
		{
			to: `${LEAD},${OTHER_LEAD}`,
			...parts(text(), { type: 'richLink', url: 'https://shop.example' }),
		},
		`Part 2: ${GROUP_TEXT_ONLY}`,
	),
	'media to a new group': create(
		{ to: `${LEAD},${OTHER_LEAD}`, ...parts({ type: 'media', attachmentId: 'att_1' }) },
		`Part 1: ${GROUP_TEXT_ONLY}`,
	),
	'a file to a new group': create(
		{ to: `${LEAD},${OTHER_LEAD}`, ...parts({ type: 'file', binaryPropertyName: 'data' }) },
		`Part 1: ${GROUP_TEXT_ONLY}`,
		file('data'),
	),
	'one image as a group in a new chat': create(
		{ ...parts({ type: 'media', attachmentId: 'att_1' }), options: { parallelAttachments: true } },
		'Send Photos as Collage needs at least two images: add another one, or turn the option off',
	),
	'reading no chat': one('chat.markRead', { chatId: EMPTY }, `Chat ID is empty: ${ID_SOURCE.chat}`),
	'typing that is neither on nor off': one(
		'chat.setTyping',
		{ chatId: 'ch_1', state: '={{ "paused" }}' },
		'State "paused" is not a typing state: choose one of typing, stopped',
	),
	'a typing state that an expression does not find': one(
		'chat.setTyping',
		{ chatId: 'ch_1', state: '={{ null }}' },
		'State "" is not a typing state: choose one of typing, stopped',
	),
	'leaving a phone number': one(
		'chat.leave',
		{ chatId: '+15550100123' },
		`Chat ID "+15550100123" ${CHAT_IS_PHONE}`,
	),
	'a group update without changes': one(
		'chat.updateGroup',
		{ chatId: 'ch_1', updateFields: {} },
		'Update Fields is empty: add Group Name or Group Photo URL',
	),
	'an empty group name': one(
		'chat.updateGroup',
		{ chatId: 'ch_1', updateFields: { displayName: ' ' } },
		'Group Name is empty: fill it in, or check what its expression returns for this item',
	),
	'a group photo without https': one(
		'chat.updateGroup',
		{ chatId: 'ch_1', updateFields: { iconUrl: 'http://example.com/a.png' } },
		'Group Photo URL "http://example.com/a.png" is not secure: use an address that starts with https://',
	),
	'nobody to add': one(
		'chat.addParticipant',
		{ chatId: 'ch_1', address: EMPTY },
		'Phone or Email is empty: enter a phone number or an email address, e.g. +15550100123 or ana@example.com',
	),
	'an address that is neither phone nor email': one(
		'chat.addParticipant',
		{ chatId: 'ch_1', address: 'ana@example' },
		'Phone or Email "ana@example" is neither a phone number nor an email address: enter one, e.g. +15550100123 or ana@example.com',
	),
	'a name to remove': one(
		'chat.removeParticipant',
		{ chatId: 'ch_1', address: 'Ana' },
		'Phone or Email "Ana" is neither a phone number nor an email address: enter one, e.g. +15550100123 or ana@example.com',
	),
	'a national number to remove': one(
		'chat.removeParticipant',
		{ chatId: 'ch_1', address: '(555) 010-0123' },
		'Phone or Email "(555) 010-0123" does not start with + and the country code: enter it like +1 555 010 0123, or set Default Country Code in the options',
	),
};
