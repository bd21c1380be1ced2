import type { IDataObject } from 'n8n-workflow';

import { toDisplayText } from '../../shared/fieldValue';
import { InputError } from './inputError';
import type { Item } from './item';
import { toEmail, toPhone } from './phone';
import { optionalText, toText } from './text';

/**
 * The contact card of the form, or the vCard, as the body of the request has it.
 *
 * @param countryCode digits of the country code that phone numbers without one get
 * @throws InputError when nothing in the card is filled in, or a value is malformed
 * Source: API section 3.11.
 */
export function readContactCard(item: Item, countryCode?: string): IDataObject {
	if (item.getNodeParameter('specifyCard', 'fields') === 'vcard')
		return { vcard_text: toVcard(item.getNodeParameter('vcard', '')) };

	const card = item.getNodeParameter('card', {}) as IDataObject;
	const contact: IDataObject = {
		full_name: optionalText(card.fullName, 'Full Name'),
		given_name: optionalText(card.givenName, 'First Name'),
		family_name: optionalText(card.familyName, 'Last Name'),
		organization: optionalText(card.organization, 'Company'),
		phones: entries(card.phones, 'phone', (value) => toPhone(value, 'Phone', countryCode)),
		emails: entries(card.emails, 'email', (value) => toEmail(value, 'Email')),
	};
	const filled = Object.entries(contact).filter(([, value]) => value !== undefined);
	if (filled.length === 0) {
		throw new InputError(
			'Card is empty: add at least a name, a company, a phone number or an email address',
		);
	}
	return { contact: Object.fromEntries(filled) };
}

function toVcard(value: unknown): string {
	const text = toText(value, 'vCard').trim();
	if (text.startsWith('BEGIN:VCARD')) return text;
	throw new InputError(
		'vCard does not start with BEGIN:VCARD: paste the whole text of the .vcf file',
	);
}

/** The entries whose value is filled in; undefined when there are none. */
function entries(
	list: unknown,
	name: string,
	toValue: (value: unknown) => string,
): IDataObject[] | undefined {
	const all = ((list as IDataObject | undefined)?.[name] ?? []) as IDataObject[];
	const filled = all
		.filter(({ value }) => toDisplayText(value) !== '')
		.map(({ value, label }) => {
			const text = optionalText(label, 'Label');
			return { value: toValue(value), ...(text && { label: text }) };
		});
	return filled.length > 0 ? filled : undefined;
}
