import fc from 'fast-check';

import { toPlainText } from '../../../../nodes/Chert/input/plainText';

const SEED = 20_260_214;

describe('a message as models write it', () => {
	it.each<[name: string, markdown: string, text: string]>([
		['bold', '**Confirmed** for __Monday__', 'Confirmed for Monday'],
		['italics', 'We are *really* _sorry_', 'We are really sorry'],
		['bold italics', '***Today only***', 'Today only'],
		['bold part of a word', 're**schedule**d', 'rescheduled'],
		['bold over two lines', '**See you\ntomorrow**', 'See you\ntomorrow'],
		['a bold label without a space', '**Time:**3 pm', 'Time:3 pm'],
		['a bold label in Chinese', '**时间：**下午三点', '时间：下午三点'],
		['bold Chinese with a space', '请在**下午 3 点**到达', '请在下午 3 点到达'],
		['bold hours', '**9 AM**-**5 PM**', '9 AM-5 PM'],
		['bold emoji', '**🎉 Yes!** 🎉', '🎉 Yes! 🎉'],
		['strikethrough', '~~$40~~ $30, about ~5 min', '$40 $30, about ~5 min'],
		['code', 'Your code is `4*2_1`', 'Your code is 4*2_1'],
		['code with a backtick', '`` a`b ``', 'a`b'],
		['a code block', 'Use:\n```text\n**PIN** 1\n\n2\n```\nThanks', 'Use:\n**PIN** 1\n\n2\nThanks'],
		['a code block without an end', '~~~\n# 1', '# 1'],
		['indented code', 'Use:\n\n    *a*', 'Use:\n\n    *a*'],
		['headings', '# Your visit #\n\nTomorrow\n======\nBye', 'Your visit\n\nTomorrow\nBye'],
		['a hashtag', '#smile #1 in town', '#smile #1 in town'],
		['a quote', '> You wrote:\n>> *Hi*\n>\n> Bye', 'You wrote:\nHi\n\nBye'],
		[
			'appointments',
			'We have:\n\n1. **Mon** – 9 am\n   - Dr. Lee\n   - bring ID\n2. **Tue** – 10 am\n\nWhich?',
			'We have:\n\n1. Mon – 9 am\nDr. Lee\nbring ID\n2. Tue – 10 am\n\nWhich?',
		],
		['Japanese', 'これは**「鍵」**です。**太字。**と*（注）*', 'これは「鍵」です。太字。と（注）'],
		['bullets', '- a\n* b\n+ c\n\n- d\n    - e\n-\tf', 'a\nb\nc\n\nd\ne\nf'],
		['numbers with parentheses', '1) *a*\n2) b', '1) a\n2) b'],
		['a heading in a list', '3. ## Rates', '3. Rates'],
		[
			'code in a list',
			'1. Type:\n   ```\n   *a*\n   ```\n2. ```\n   b\n   ```',
			'1. Type:\n*a*\n2. \nb',
		],
		['a rule', 'Hi\n\n---\n\nBye\n\n* * *\n_ _ _', 'Hi\n\nBye'],
		['a rule at the start', '---\n\nHi', 'Hi'],
		['a rule in a list', '1. ***\n2. b', '1. \n2. b'],
		[
			'a link',
			'Book [here](https://x.example/a_b_c "Now").',
			'Book here (https://x.example/a_b_c).',
		],
		['a bold link', '**[Book](https://x.example/*a*)**', 'Book (https://x.example/*a*)'],
		['a link that shows its address', '[x.example](https://x.example/)', 'https://x.example/'],
		['an e-mail link', '[a@x.example](mailto:a@x.example)', 'a@x.example'],
		['an e-mail link with text', '[Write](mailto:a@x.example)', 'Write (a@x.example)'],
		['a phone link', '[(555) 010-0100](tel:+15550100100)', '(555) 010-0100'],
		['a phone link with text', '[Call us](tel:+15550100100)', 'Call us (+15550100100)'],
		['a link without text', '[](https://x.example)', 'https://x.example'],
		['a link without address', '[here]()', 'here'],
		[
			'a link with a space in its address',
			'[a](<https://x.example/a b>)',
			'a (https://x.example/a%20b)',
		],
		['an image', '![Map](https://x.example/m.png)', 'Map (https://x.example/m.png)'],
		['an image without text', '![](https://x.example/m.png)', 'https://x.example/m.png'],
		[
			'an image in a link',
			'[![Map](https://x.example/m.png)](https://x.example)',
			'Map (https://x.example/m.png) (https://x.example)',
		],
		[
			'an address in brackets',
			'<https://x.example/_a_> <a@x.example>',
			'https://x.example/_a_ a@x.example',
		],
		[
			'references',
			'See [our site][1] and [Map].\n\n[1]: https://x.example\n[map]: <https://x.example/m> "Map"',
			'See our site (https://x.example) and Map (https://x.example/m).',
		],
		['a note in brackets', '[Note]: urgent', '[Note]: urgent'],
		['escapes', '\\*not bold\\* 1\\. \\_a\\_ C:\\Users', '*not bold* 1. _a_ C:\\Users'],
		['a line break', 'a\\\nb<br>c<br />\nd', 'a\nb\nc\nd'],
		[
			'entities',
			'&lt;3 Tom &amp; Ann&#33;&#x1F600; &nope; &constructor; AT&T',
			'<3 Tom & Ann!😀 &nope; &constructor; AT&T',
		],
		['numbers of characters that do not exist', '&#0; &#xD800; &#x110000;', '\ufffd \ufffd \ufffd'],
		[
			'a table',
			'| Day | Time |\n|:---|---:|\n| **Mon** | 9 am |',
			'| Day | Time |\n| Mon | 9 am |',
		],
		['a table in text', 'Day | Time\n--- | ---\nMon | 9 am', 'Day | Time\nMon | 9 am'],
		['line ends of Windows', '**a**\r\n\r\n# b', 'a\n\nb'],
	])('loses the marks: %s', (_name, markdown, text) => {
		expect(toPlainText(markdown)).toBe(text);
	});

	it.each([
		'2 * 3 * 4 = 24, 2*3*4 = 24',
		'snake_case_name and _private',
		'*****',
		'Great! ***** Would come again *****',
		'Price* and Tax*',
		'A 5* hotel, a 4* hotel',
		'Prices (*) exclude tax. (*) Terms apply',
		'SSN ***-**-1234, card ****-****-****-1234, born __/__/____',
		'j***@x.example and k***@x.example',
		'sh*t and f*ck, f**k and s**t',
		'@_maria_ and @__bob__',
		'https://x.example/a_b_/*c*/__d__?e=*f*&g=_h_',
		'www.x.example/_a_/_b_',
		'first_last_name@x.example, a__b@x.example',
		'First line\n  second line\n\n\nthird 🎉👩‍👧 line',
		'+1 (555) 010-0100',
		'I <3 you > all; a < b & c > d <your name>',
		'[ ] Bring ID [x] Pay [1]',
		'wow!! [sic] (really) {ok} ~ $5 ^ 50%',
		'1. First\n2. Second\n14. July',
		'C:\\Users\\me',
		'a - b – c — d • e',
		'',
	])('stays: %j', (text) => {
		expect(toPlainText(text)).toBe(text);
	});
});

describe('any text', () => {
	const plainWord = fc.constantFrom(
		...[
			'Hello',
			'snake_case',
			'5*',
			'Price*',
			'(*)',
			'2 * 3',
			'😀',
			'@_a_',
			'https://x.example/_a_*b*c',
		],
		...[
			'a_b@x.example',
			'$5',
			'9:30',
			'#1',
			'&',
			'<3',
			'~',
			'–',
			'f**k',
			"it's",
			'"no"',
			'(ok)',
			'Straße',
		],
	);
	const plainLine = fc
		.array(plainWord, { maxLength: 8 })
		.map((words) => (words.length > 0 ? ['Well', ...words].join(' ') : ''));
	const plainText = fc.array(plainLine, { maxLength: 6 }).map((lines) => lines.join('\n').trim());

	it('without Markdown stays', () => {
		fc.assert(
			fc.property(plainText, (text) => {
				expect(toPlainText(text)).toBe(text);
			}),
			{ seed: SEED, numRuns: 500 },
		);
	});

	it('comes back from within any marks', () => {
		const marks = fc.constantFrom<Array<[string, string]>>(
			['**', '**'],
			['__', '__'],
			['_', '_'],
			['***', '***'],
			['~~', '~~'],
			['`', '`'],
			['# ', ''],
			['> ', ''],
			['- ', ''],
			['```\n', '\n```'],
		);
		const words = fc.array(fc.constantFrom('We', 'open', 'at', '9:30', 'on', '😀', 'Mon'), {
			minLength: 1,
		});
		fc.assert(
			fc.property(words, marks, (list, [before, after]) => {
				const text = ['Well', ...list, 'bye'].join(' ');
				expect(toPlainText(before + text + after)).toBe(text);
			}),
			{ seed: SEED },
		);
	});

	const atom = fc.constantFrom(
		...[
			'*',
			'**',
			'_',
			'__',
			'~~',
			'`',
			'``',
			'[',
			'![',
			']',
			'](',
			'(',
			')',
			'](a)',
			'[a]',
			'[a]: /b "',
		],
		...[
			"'",
			'"',
			'<',
			'>',
			'<a ',
			'<a:',
			'<br ',
			'&',
			'&#1',
			'\\',
			'\n',
			' ',
			'    ',
			'\t',
			'> ',
			'- ',
			'1. ',
		],
		...[
			'# ',
			'#',
			'```\n',
			'~~~\n',
			'---\n',
			'=',
			'|',
			'|-',
			'a',
			'b ',
			'http://',
			'www.',
			'😀',
			'\ud83d',
		],
	);

	it('made of marks gives no more than it had, and never throws', () => {
		fc.assert(
			fc.property(fc.array(atom), (atoms) => {
				const markdown = atoms.join('');
				// The space and the parentheses of an address that was in parentheses, and a tab's spaces
				expect(toPlainText(markdown).length).toBeLessThanOrEqual(markdown.length * 4);
			}),
			{ seed: SEED, numRuns: 2_000 },
		);
	});

	it('takes time in proportion to its length', () => {
		const unit = fc.array(atom, { minLength: 1, maxLength: 4 }).map((atoms) => atoms.join(''));
		const length = 40_000;
		const repeat = (text: string) => text.repeat(Math.ceil(length / text.length));
		fc.assert(
			fc.property(unit, unit, (first, second) => {
				const before = process.cpuUsage();
				toPlainText(repeat(first) + repeat(second));
				// A square of the length would take minutes.
				expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
			}),
			{ seed: SEED, numRuns: 30 },
		);
	});

	it.each([
		['brackets in brackets', '['.repeat(100_000) + 'a' + '](b)'.repeat(25_000)],
		['images in images', '!['.repeat(30_000) + 'a' + '](b)'.repeat(30_000)],
		[
			'runs of backticks that all differ',
			Array.from({ length: 440 }, (_, n) => '`'.repeat(n)).join(' '),
		],
		['quotes in quotes', `${'> '.repeat(50_000)}a\n`.repeat(2)],
		['lists in lists before blank lines', `${'- '.repeat(30_000)}a${'\n'.repeat(30_000)}b`],
		['spaces', `#${' '.repeat(100_000)}a${' '.repeat(100_000)}#b`],
		['a line of hyphens', `a|b\n${'-'.repeat(200_000)}x`],
		['a fence', '`'.repeat(200_000)],
	])('takes no longer for %s', (_name, markdown) => {
		const before = process.cpuUsage();
		toPlainText(markdown);
		expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
	});
});
