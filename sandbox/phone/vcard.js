/** Properties of a vCard that a phone shows, and their labels. */
const LABELS = {
	TEL: 'phone',
	EMAIL: 'email',
	ADR: 'address',
	URL: 'website',
	BDAY: 'birthday',
	NOTE: 'note',
};

const plain = (value) =>
	value
		.replace(/\\n/gi, ' ')
		.replace(/\\([,;\\])/g, '$1')
		.trim();

/**
 * What a phone shows of a vCard (RFC 6350).
 *
 * @param {string} text
 * @returns {{ name: string, organization: string, rows: Array<{ label: string, value: string }> }}
 */
export function readVcard(text) {
	const card = { name: '', organization: '', rows: [] };
	for (const line of text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
		const match = /^(?:[\w-]+\.)?([A-Z]+)((?:;[^:]*)?):(.*)$/i.exec(line);
		if (!match) continue;
		const [, property, parameters, raw] = match;
		const value = plain(
			raw
				.split(/(?<!\\);/)
				.filter(Boolean)
				.join(' '),
		);
		const key = property.toUpperCase();
		const type = /TYPE=["']?([a-z]+)/i.exec(parameters)?.[1].toLowerCase();
		if (key === 'FN') card.name = value;
		if (key === 'ORG') card.organization = value;
		if (LABELS[key] && value) card.rows.push({ label: type ?? LABELS[key], value });
	}
	return card;
}
