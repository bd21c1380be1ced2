import type { ContactCard, ContactPart } from './types';

/** What a card is headed with; undefined when it names nobody. */
function nameOf(card: ContactCard): string | undefined {
	const parts = [card.given_name, card.family_name].filter(Boolean).join(' ');
	return card.full_name || parts || card.organization || undefined;
}

/** A contact part out of the fields of a card. */
export function contactPart(contact: ContactCard): ContactPart {
	const name = nameOf(contact);
	return { type: 'contact', ...(name === undefined ? {} : { name }), contact };
}

/** Undoes the escapes of a vCard value (RFC 6350, section 3.4). */
const unescaped = (value: string): string =>
	value.replace(/\\(.)/g, (_match, char: string) => (/n/i.test(char) ? '\n' : char));

/** Splits at semicolons that are not escaped. */
const components = (value: string): string[] =>
	(value.match(/(?:\\.|[^;\\])*(?:;|$)/g) ?? []).map((each) => unescaped(each.replace(/;$/, '')));

/** A contact part out of a raw vCard; fields that a phone would not show are only in `vcard_text`. */
export function vcardPart(text: string): ContactPart {
	const contact: ContactCard = {};
	// A line that begins with a blank continues the one before.
	const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
	for (const line of lines) {
		const match = /^(?:[\w-]+\.)?([\w-]+)((?:;[^:]*)?):(.*)$/.exec(line);
		if (!match) continue;
		const [, property, parameters, value] = match;
		const label = /;TYPE="?([\w-]+)/i.exec(parameters)?.[1].toLowerCase();
		const labeled = { value: unescaped(value), ...(label === undefined ? {} : { label }) };
		switch (property.toUpperCase()) {
			case 'FN':
				contact.full_name = unescaped(value);
				break;
			case 'N': {
				const [familyName, givenName] = components(value);
				if (familyName) contact.family_name = familyName;
				if (givenName) contact.given_name = givenName;
				break;
			}
			case 'ORG':
				contact.organization = components(value)[0];
				break;
			case 'TEL':
				(contact.phones ??= []).push({ ...labeled, value: labeled.value.replace(/^tel:/i, '') });
				break;
			case 'EMAIL':
				(contact.emails ??= []).push(labeled);
				break;
		}
	}
	return { ...contactPart(contact), vcard_text: text };
}
