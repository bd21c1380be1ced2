const unescaped = (value) => value.replace(/\\n/gi, '\n').replace(/\\(.)/g, '$1');

/**
 * The contact in a vCard (RFC 6350), as far as the phone shows it.
 *
 * @param {string} text
 * @returns {{ full_name?: string, organization?: string, phones: object[], emails: object[] }} the fields of §3.11
 */
export function readVcard(text) {
	const contact = { phones: [], emails: [] };
	// A line that begins with a blank continues the one before.
	for (const line of text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
		const match = /^(?:[\w-]+\.)?([\w-]+)((?:;[^:]*)?):(.+)$/.exec(line);
		if (!match) continue;
		const [, property, parameters, raw] = match;
		const label = /;TYPE="?([\w-]+)/i.exec(parameters)?.[1].toLowerCase();
		const value = unescaped(raw);
		if (/^FN$/i.test(property)) contact.full_name = value;
		if (/^ORG$/i.test(property)) contact.organization = unescaped(raw.split(/(?<!\\);/)[0]);
		if (/^TEL$/i.test(property)) contact.phones.push({ label, value: value.replace(/^tel:/i, '') });
		if (/^EMAIL$/i.test(property)) contact.emails.push({ label, value });
	}
	return contact;
}
