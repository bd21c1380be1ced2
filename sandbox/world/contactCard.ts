import type { ContactCard, ContactPart } from './types';

/** A contact part out of the fields of a card (§3.11). */
export function contactPart(contact: ContactCard): ContactPart {
	const ownName =
		contact.full_name?.trim() ||
		[contact.given_name, contact.family_name].filter(Boolean).join(' ').trim();
	const name = ownName || contact.organization;
	return { type: 'contact', ...(name ? { name } : {}), contact };
}
