/**
 * Removes the Markdown that language models write, because iMessage shows plain text. Reads it as CommonMark 0.31 does,
 * with strikethrough and tables, but keeps HTML tags, and asterisks that people use for other things.
 * The time grows with the length only, and nothing is thrown.
 *
 * @param markdown any text; without Markdown it stays, but for line breaks at its start and white space at its end
 * @returns the same lines without marks: bullets are gone, numbers stay, a link is "text (address)"
 */
export function toPlainText(markdown: string): string {
	const addresses = new Map<string, string>();
	return readBlocks(markdown, addresses)
		.map(({ text, isLiteral }) => (isLiteral ? text : readInlines(text, addresses)))
		.join('\n')
		.replace(/^\n+/, '')
		.trimEnd();
}

interface Block {
	text: string;
	/** Code and blank lines, in which nothing is a mark */
	isLiteral: boolean;
}

/** Deeper quotes and lists are read as text, which limits the work for each line. */
const MAX_DEPTH = 32;

const TITLE = String.raw`(?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\((?:[^()\\]|\\[^])*\))`;
const ANGLED = String.raw`<((?:[^<>\n\\]|\\.)*)>`;
const LABEL = String.raw`\[((?:[^[\]\\]|\\[^])*)\]`;
/** Only what looks like an address is one: "[Note]: urgent" is text. */
const DEFINITION = new RegExp(
	String.raw`^ *${LABEL}:[ \t]*(?:\n[ \t]*)?(?:${ANGLED}|(?=\S*[/.:#@])([^\s<]\S*))` +
		String.raw`(?:(?=\s)[ \t]*(?:\n[ \t]*)?${TITLE})?[ \t]*(?:\n|$)`,
);
const QUOTE = /^ {0,3}> ?/;
const LIST_ITEM = /^ {0,3}(?:[-+*]|(\d{1,9}[.)]))(?:(?=[ \t]*$)| {1,4}(?! )| (?= {4}))/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
const TABLE_RULE = /^(?=.*-)[\s:|-]*$/;
/** More than three asterisks without spaces are a rating or a hidden number. */
const RULE = /^ {0,3}(?!\*{4,}\s*$)(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$/;
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const HEADING = /^ {0,3}#{1,6}(?:[ \t]+|$)/;
const HEADING_END = /(?:^|(?<![ \t])[ \t]+)#+[ \t]*$/;

/** Splits Markdown into lines of code and paragraphs, and collects the addresses of its link definitions. */
function readBlocks(markdown: string, addresses: Map<string, string>): Block[] {
	const blocks: Block[] = [];
	/** How a line goes on inside each of the quotes and list items around it */
	const containers: RegExp[] = [];
	let paragraph: string[] = [];
	let fence = '';
	const add = (text: string, isLiteral: boolean) => blocks.push({ text, isLiteral });
	const endParagraph = () => {
		let text = paragraph.join('\n');
		for (let found; (found = DEFINITION.exec(text)) && !isBlank(found[1]);) {
			const key = labelKey(found[1]);
			if (!addresses.has(key)) addresses.set(key, unescape(found[2] ?? found[3]));
			text = text.slice(found[0].length);
		}
		if (text !== '') add(text, false);
		paragraph = [];
	};

	for (const line of markdown.split(/\r\n?|\n/)) {
		let rest = untab(line);
		let depth = 0;
		for (; depth < containers.length; depth++) {
			const mark = containers[depth].exec(rest);
			if (!mark) break;
			rest = untab(rest.slice(mark[0].length));
		}
		if (fence !== '' && depth === containers.length) {
			const isEnd = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(rest)?.[1].startsWith(fence);
			if (isEnd) fence = '';
			else add(rest, true);
			continue;
		}
		const isInside = depth === containers.length;
		if (isInside && paragraph.length > 0) {
			if (TABLE_RULE.test(rest) && paragraph.at(-1)!.includes('|')) continue;
			if (UNDERLINE.test(rest)) {
				endParagraph();
				continue;
			}
		}

		let number = '';
		while (depth < MAX_DEPTH && !RULE.test(rest)) {
			const [quote] = QUOTE.exec(rest) ?? [];
			const [item, digits] = LIST_ITEM.exec(rest) ?? [];
			const mark = quote ?? item;
			if (mark === undefined) break;
			const isEmpty = isBlank(rest.slice(mark.length));
			if (item && isEmpty && isInside && paragraph.length > 0) break;
			endParagraph();
			const width = mark.length + (isEmpty ? 1 : 0);
			const inside = quote ? QUOTE : new RegExp(`^(?: {${width}}|\\s*$)`);
			containers.splice(depth++, Infinity, inside);
			rest = untab(rest.slice(mark.length));
			if (digits) number += mark;
		}

		fence = FENCE.exec(rest)?.[1] ?? '';
		const isRule = RULE.test(rest);
		const isHeading = HEADING.test(rest);
		const isText = !isRule && !isHeading && fence === '' && !isBlank(rest);
		const isCode = paragraph.length === 0 && rest.startsWith('    ');
		if (!isText || paragraph.length === 0) {
			endParagraph();
			containers.length = depth;
		}
		if (isText && !isCode) {
			paragraph.push(number + (containers.length > 0 ? rest.trimStart() : rest));
		} else if (isHeading) {
			add(number + rest.replace(HEADING, '').replace(HEADING_END, ''), false);
		} else if (isRule || fence !== '') {
			if (number !== '') add(number, true);
			// The blank lines before and after a rule would make two.
			else if (isRule && blocks.at(-1)?.text === '') blocks.pop();
		} else add(number + rest, true);
	}
	endParagraph();
	return blocks;
}

const isBlank = (text: string) => !/\S/.test(text);

/** Indents with spaces only, so that columns can be counted. */
function untab(line: string): string {
	return line.replace(/^ *(?:[-+*>]|\d{1,9}[.)])?\t[ \t]*/, (indent) =>
		indent.replace(/ {0,3}\t/g, '    '),
	);
}

/** Labels are equal in any case and with any white space. */
function labelKey(label: string): string {
	return label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase();
}

const TOKEN = new RegExp(
	[
		String.raw`(?<url>(?<![a-z\d])(?:https?:\/\/|www\.)[\w.~:/?#@!$&'()*+,;=%-]*[a-z\d/#=&%+$@-])`,
		String.raw`\\(?<escaped>[!-/:-@[-\x60{-~\n])`,
		String.raw`(?<entity>&[#\da-z]+;)`,
		'(?<ticks>`+)',
		String.raw`<(?<address>[a-z][a-z\d+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^{|}~-]+@[a-z\d.-]+)>`,
		String.raw`(?<lineBreak><br\s*\/?>\n?)`,
		String.raw`(?<tag><\/?[a-z][a-z\d-]*(?:\s[^<>]*)?\/?>)`,
		String.raw`(?<run>\*+|_+|~+)`,
		String.raw`(?<bracket>!?\[)`,
		String.raw`\]`,
	].join('|'),
	'gi',
);
const PLAIN_TARGET = [1, 2, 3].reduce(
	(inner) => String.raw`(?:[^ \t\n()\\]|\\[!-~]|\\(?![!-~])|\(${inner}\))*`,
	'(?!)',
);
const TARGET = new RegExp(
	String.raw`\([ \t\n]*(?:${ANGLED}|(?!<)(${PLAIN_TARGET}))(?:[ \t\n]+${TITLE})?[ \t\n]*\)`,
	'y',
);
const REFERENCE = new RegExp(LABEL, 'y');

/** Removes the marks inside a paragraph, read from left to right. */
function readInlines(text: string, addresses: Map<string, string>): string {
	const out: string[] = [];
	const delimiters: Delimiter[] = [];
	const brackets: Array<{ slot: number; end: number; isImage: boolean; delimiters: number }> = [];
	let lastBracket = 0;
	/** Brackets outside a link cannot begin another one. */
	let firstBracket = 0;
	let spaces = 0;
	const lastTicks = new Map<string, number>();
	for (const { 0: ticks, index } of text.matchAll(/`+/g)) lastTicks.set(ticks, index);

	const token = new RegExp(TOKEN);
	let from = 0;
	for (let found; (found = token.exec(text)); from = token.lastIndex) {
		const { 0: source, index, groups = {} } = found;
		const { url, escaped, entity, ticks, address, lineBreak, tag, run, bracket } = groups;
		const end = token.lastIndex;
		const before = text.slice(from, index);
		if (/\s/.test(before)) spaces++;
		out.push(before);
		if (url ?? entity) out.push(unescape(source));
		else if (lineBreak) out.push('\n');
		else if (escaped ?? address ?? tag) out.push(escaped ?? address ?? tag);
		else if (run) {
			delimiters.push({ ...readDelimiter(text, index, run), slot: out.length, spaces });
			out.push(run);
		} else if (bracket) {
			const isImage = bracket === '![';
			brackets.push({ slot: out.length, end, isImage, delimiters: delimiters.length });
			lastBracket = end;
			out.push(bracket);
		} else if (ticks) {
			const closing = /`+/g;
			closing.lastIndex = end;
			let close = (lastTicks.get(ticks) ?? 0) < end ? null : closing.exec(text);
			while (close && close[0] !== ticks) close = closing.exec(text);
			const code = text.slice(end, close?.index ?? end);
			const isPadded = /^ [^]* $/.test(code) && !isBlank(code);
			out.push(close ? code.slice(isPadded ? 1 : 0, isPadded ? -1 : undefined) : ticks);
			if (close) token.lastIndex = closing.lastIndex;
		} else {
			const opener = brackets.pop();
			const mayLink = opener && (opener.isImage || brackets.length >= firstBracket);
			const label = opener && lastBracket === opener.end ? text.slice(opener.end, index) : '';
			const target = mayLink && readTarget(text, end, label, addresses);
			firstBracket = Math.min(firstBracket, brackets.length);
			if (!target) {
				out.push(source);
				continue;
			}
			matchDelimiters(delimiters.splice(opener.delimiters), out);
			out[opener.slot] = '';
			if (opener.isImage) out.push(opener.end < index ? ` (${target.address})` : target.address);
			else {
				firstBracket = brackets.length;
				out.push(formatLink(out.splice(opener.slot).join(''), target.address));
			}
			token.lastIndex = target.end;
		}
	}
	out.push(text.slice(from));
	matchDelimiters(delimiters, out);
	return out.join('');
}

/** Finds the address behind a link's text: in parentheses, or in a definition. */
function readTarget(text: string, at: number, label: string, addresses: Map<string, string>) {
	TARGET.lastIndex = REFERENCE.lastIndex = at;
	const inline = TARGET.exec(text);
	const reference = inline ? null : REFERENCE.exec(text);
	const address = inline
		? unescape(inline[1] ?? inline[2])
		: addresses.get(labelKey((reference?.[1] || label).slice(0, 999)));
	const end = at + (inline ?? reference ?? [''])[0].length;
	return address === undefined ? undefined : { address: address.replace(/[ \t]/g, '%20'), end };
}

function formatLink(text: string, target: string): string {
	const address = target.replace(/^(?:mailto|tel|sms):/i, '');
	const isNumber = address !== target && /^[\d\s().+-]+$/.test(text);
	if (address === '' || isNumber) return text;
	const [shown, linked] = [text, address].map((url) =>
		url.toLowerCase().replace(/^https?:\/\/|\/$/g, ''),
	);
	return shown === '' || shown === linked ? address : `${text} (${address})`;
}

/** A run of asterisks, underscores or tildes that may begin or end emphasis. */
interface Delimiter {
	slot: number;
	character: string;
	length: number;
	left: number;
	canOpen: boolean;
	canClose: boolean;
	isInWord: boolean;
	/** How many parts of the text before it have white space */
	spaces: number;
}

/** The characters around marks that mean no emphasis: 2*3*4, (*), ***-**-1234, __/__/____ */
const ORDINARY = /^(?:\d\d|\(\)|[^][-./][*_])/u;

/** Tells from the characters around a run whether it may begin and end emphasis. */
function readDelimiter(text: string, at: number, run: string) {
	const end = at + run.length;
	const previous = [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? ' ';
	const next = String.fromCodePoint(text.codePointAt(end) ?? 32);
	const isOrdinary = ORDINARY.test(previous + next + text.slice(end + next.length, end + 3));
	// Models write **Time:**3 pm, where CommonMark sees no end.
	const isLabelEnd = run === '**' && /[:.!?：。！？]/.test(previous);
	const isLeft = !isSpace(next) && (!isSign(next) || isSpace(previous) || isSign(previous));
	const isRight =
		!isSpace(previous) && (!isSign(previous) || isSpace(next) || isSign(next) || isLabelEnd);
	const isStrict = run.startsWith('_');
	const isMark = !run.startsWith('~') || run.length === 2;
	return {
		character: run[0],
		length: run.length,
		left: run.length,
		canOpen: isMark && isLeft && !isOrdinary && (!isStrict || !isRight || isSign(previous)),
		canClose: isMark && isRight && (!isStrict || !isLeft || isSign(next)),
		isInWord: /^[a-z\d@]{2}$/i.test(previous + next),
	};
}

const isSpace = (character: string) => /\s/.test(character);

/**
 * An @ counts as a letter: underscores stay in the names of people. So do the signs of Chinese and Japanese, which have
 * no spaces around them: models write の**「鍵」**は, where CommonMark sees no emphasis.
 */
const isSign = (character: string) =>
	/[\p{P}\p{S}]/u.test(character) && !/[@\u3000-\u303f\uff00-\uffef]/.test(character);

/** Pairs delimiters as the appendix of CommonMark describes, and leaves those without a partner in the text. */
function matchDelimiters(delimiters: Delimiter[], out: string[]): void {
	const open: Delimiter[] = [];
	/** For each kind of delimiter: before this slot it has no partner */
	const searched = new Map<string, number>();
	for (const closer of delimiters) {
		const kind = [closer.character, closer.canOpen, closer.length % 3, closer.isInWord].join();
		while (closer.canClose && closer.left > 0) {
			const stop = searched.get(kind) ?? 0;
			let last = open.length - 1;
			while (last >= 0 && open[last].slot >= stop && !isPair(open[last], closer)) last--;
			const opener = open[last];
			if (!opener || opener.slot < stop) {
				searched.set(kind, closer.slot);
				break;
			}
			const used = Math.min(opener.left, closer.left, 2);
			opener.left -= used;
			closer.left -= used;
			open.length = opener.left > 0 ? last + 1 : last;
		}
		if (closer.canOpen && closer.left > 0) open.push(closer);
	}
	for (const { slot, character, left } of delimiters) out[slot] = character.repeat(left);
}

function isPair(opener: Delimiter, closer: Delimiter): boolean {
	const isMixed = opener.canClose || closer.canOpen;
	const isThird = (opener.length + closer.length) % 3 === 0 && closer.length % 3 > 0;
	// Letters that someone hides, in two words
	const isHidden = opener.isInWord && closer.isInWord && opener.spaces < closer.spaces;
	return opener.character === closer.character && !(isMixed && isThird) && !isHidden;
}

const ENTITIES: Record<string, string> = {
	...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', bull: '•', hellip: '…' },
	...{ ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', deg: '°' },
	...{ cent: '¢', pound: '£', euro: '€', copy: '©', reg: '®', trade: '™', times: '×', middot: '·' },
};

/** Resolves backslash escapes and entities: the numeric ones, and the names that messages need. */
function unescape(text: string): string {
	return text.replace(
		/\\([!-/:-@[-`{-~])|&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi,
		(source, escaped?: string, decimal?: string, hex?: string, name?: string) => {
			if (escaped || name)
				return escaped ?? (Object.hasOwn(ENTITIES, name!) ? ENTITIES[name!] : source);
			const code = parseInt(decimal ?? hex!, decimal ? 10 : 16);
			const isValid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
			return String.fromCodePoint(isValid ? code : 0xfffd);
		},
	);
}
