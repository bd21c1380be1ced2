import commonmark from 'commonmark-spec';

import { toPlainText } from '../../../../nodes/Chert/input/plainText';

describe("CommonMark's own examples", () => {
	const SECTIONS = commonmark.tests.filter(
		({ section }) => section !== 'HTML blocks' && section !== 'Raw HTML',
	);
	const HTML = 'HTML tags stay as they are';
	const NAME = 'only the entities that messages need have names';
	const IMAGE = 'an image shows the addresses inside its description too';
	const WORD = 'a definition must look like an address';
	const EXCEPTIONS = new Map<number, string>([
		[21, HTML],
		[25, NAME],
		[31, HTML],
		[32, NAME],
		[33, NAME],
		[56, 'marks around a single sign hide digits'],
		[77, 'four asterisks are a rating'],
		[194, WORD],
		[201, HTML],
		[203, WORD],
		[204, WORD],
		[216, 'a line of = under definitions alone is removed'],
		[268, 'numbers stay as they are written'],
		[344, HTML],
		[356, 'asterisks between digits multiply'],
		[475, HTML],
		[476, HTML],
		[477, HTML],
		[491, HTML],
		[494, HTML],
		[503, NAME],
		[520, IMAGE],
		[524, HTML],
		[536, HTML],
		[574, IMAGE],
		[575, IMAGE],
		[642, HTML],
		[643, HTML],
	]);

	it('give the text of their HTML, but for the exceptions listed', () => {
		const different = SECTIONS.filter(
			({ markdown, html }) =>
				comparable(toPlainText(tabs(markdown))) !== comparable(textOf(tabs(html))),
		);
		const passed = SECTIONS.length - different.length;
		process.stdout.write(`Plain text: ${passed} of ${SECTIONS.length} CommonMark examples pass\n`);
		expect(different.map(({ number }) => number)).toEqual([...EXCEPTIONS.keys()]);
	});
});

/** CommonMark's examples show tabs as arrows. */
function tabs(text: string): string {
	return text.replaceAll('→', '\t');
}

/** White space and the sign after a list's number are not in HTML, and addresses are encoded there. */
function comparable(text: string): string {
	return decode(text)
		.replace(/(^|\s)(\d+)\)(?=\s|$)/g, '$1$2.')
		.replace(/\s+/g, ' ')
		.trim();
}

/** The address, readable where its encoding is valid */
function decode(address: string): string {
	try {
		return decodeURI(address);
	} catch {
		return address;
	}
}

function textOf(html: string): string {
	const links: Array<{ address: string; start: number }> = [];
	const numbers: number[] = [];
	let out = '';
	const show = (text: string, address: string) => {
		if (address === '' || address === text) return text;
		return text === '' ? address : `${text} (${address})`;
	};
	for (const token of html.matchAll(/<(\/?)([a-z]+\d?)((?:\s[^<>]*)?)\/?>|[^<]+|</g)) {
		const [source, end, tag, attributes] = token;
		const attribute = (name: string) =>
			unescape(new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
		if (tag === undefined) out += unescape(source);
		else if (tag === 'img') out += show(attribute('alt'), decode(attribute('src')));
		else if (tag === 'a' && end === '') {
			const address = decode(attribute('href')).replace(/^mailto:/, '');
			links.push({ address, start: out.length });
		} else if (tag === 'a') {
			const { address, start } = links.pop() ?? { address: '', start: out.length };
			out = out.slice(0, start) + show(out.slice(start), address);
		} else if (/^[ou]l$/.test(tag)) {
			if (end !== '') numbers.pop();
			else numbers.push(tag === 'ul' ? NaN : Number(attribute('start') || 1));
			out += '\n';
		} else if (tag === 'li' && end === '') {
			const number = numbers.at(-1)!;
			out += number >= 0 ? `\n${number}. ` : '\n';
			numbers[numbers.length - 1]++;
		} else if (/^(?:p|h\d|pre|blockquote|hr|br|li)$/.test(tag)) out += '\n';
	}
	return out;
}

function unescape(html: string): string {
	const signs: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
	return html.replace(/&(lt|gt|quot|amp);/g, (_source, name: string) => signs[name]);
}
