import { EMPTY, one, type Case } from './case';

export const CONTACT_CASES: Record<string, Case> = {
	'an empty card': one(
		'contact.sendCard',
		{ chatId: 'ch_1', card: { fullName: ' ', phones: { phone: [{ value: '', label: 'work' }] } } },
		'Card is empty: add at least a name, a company, a phone number or an email address',
	),
	'a card with half an email': one(
		'contact.sendCard',
		{ chatId: 'ch_1', card: { emails: { email: [{ value: 'ana@' }] } } },
		'Email "ana@" is not an email address: enter one, e.g. ana@example.com',
	),
	'a vCard that is none': one(
		'contact.sendCard',
		{ chatId: 'ch_1', specifyCard: 'vcard', vcard: 'Ana Lopez' },
		'vCard does not start with BEGIN:VCARD: paste the whole text of the .vcf file',
	),
	'a card for nobody': one(
		'contact.shareOwn',
		{ recipient: 'phone', phone: EMPTY },
		'Phone is empty: enter a number with its country code, e.g. +15550100123, or check what its expression returns for this item',
	),
};
