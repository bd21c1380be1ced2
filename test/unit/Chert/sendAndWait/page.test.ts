import { createHash } from 'node:crypto';
import fc from 'fast-check';

import type { FormField } from '../../../../nodes/Chert/sendAndWait/form';
import { PAGE_HEADERS } from '../../../../nodes/Chert/sendAndWait/html';
import {
	FREE_TEXT_FIELD,
	renderNotice,
	renderQuestion,
	type QuestionPage,
} from '../../../../nodes/Chert/sendAndWait/page';

const approval = (changes: Partial<QuestionPage> = {}): QuestionPage => ({
	title: 'Quote 1042',
	message: 'Is it fine?',
	input: { kind: 'approval', approveLabel: 'Book it', disapproveLabel: 'Not now' },
	...changes,
});

const formOf = (...fields: FormField[]): QuestionPage =>
	approval({ input: { kind: 'form', fields, buttonLabel: 'Send', multipart: true } });

const field = (changes: Partial<FormField>): FormField => ({ ...FREE_TEXT_FIELD, ...changes });

describe('page of a question', () => {
	it('has a button for each decision, which only a POST sends', () => {
		const html = renderQuestion(approval());
		expect(html).toContain('<form method="post">');
		expect(html).toContain('name="decision" value="approve">Book it</button>');
		expect(html).toContain('name="decision" value="disapprove">Not now</button>');
		expect(html).not.toContain('href');
	});

	it('has one button when there is nothing to decline', () => {
		const input = { kind: 'approval' as const, approveLabel: 'OK' };
		expect(renderQuestion(approval({ input })).match(/<button/g)).toHaveLength(1);
	});

	it('shows what was entered and why it is not accepted', () => {
		const html = renderQuestion(
			formOf(
				field({ label: 'Room', type: 'text' }),
				field({ label: 'Days', type: 'checkbox', choices: ['Mon', 'Tue'], required: false }),
				field({ label: 'Color', type: 'dropdown', choices: ['Red', 'Blue'] }),
			),
			{
				values: ['"Kitchen"', ['Tue'], 'Blue'],
				errors: ['Please fill in this field.', undefined, undefined],
			},
		);
		expect(html).toContain('value="&quot;Kitchen&quot;"');
		expect(html).toContain('aria-describedby="field-0-error"');
		expect(html).toContain('<p id="field-0-error">Please fill in this field.</p>');
		expect(html).toContain('value="Tue" checked');
		expect(html).not.toContain('value="Mon" checked');
		expect(html).toContain('<option value="Blue" selected>');
	});

	it('escapes all texts of the workflow and of the person', () => {
		const attack = `"'><script>alert(1)</script>&`;
		const types = ['checkbox', 'dropdown', 'text', 'textarea'] as const;
		const fields = types.map((type) =>
			field({ label: attack, type, choices: [attack], placeholder: attack }),
		);
		const page = { ...formOf(...fields), title: attack, message: attack };
		const html = renderQuestion(page, { values: fields.map(() => attack), errors: [attack] });
		expect(html).not.toContain('<script');
		const ownTags = renderQuestion(
			{
				...formOf(
					...fields.map((each) => ({ ...each, label: 'a', choices: ['a'], placeholder: 'a' })),
				),
				title: 'a',
				message: 'a',
			},
			{ values: fields.map(() => 'a'), errors: ['a'] },
		);
		const tags = (text: string) => text.match(/<\/?[a-z0-9]+/g);
		expect(tags(html)).toEqual(tags(ownTags));
	});

	it('never gets another element from a text', () => {
		const tags = (html: string) => html.match(/<[^>]*>/g)?.length;
		const plain = tags(renderNotice('a', 'a'));
		fc.assert(
			fc.property(fc.string(), fc.string(), (title, text) => {
				expect(tags(renderNotice(title, text))).toBe(plain);
			}),
		);
	});

	it('loads nothing and runs nothing', () => {
		const html = renderQuestion(formOf(FREE_TEXT_FIELD));
		expect(html).not.toMatch(/<script|\son\w+=|src=|href=|url\(|@import/);
		const style = /<style>([^]*)<\/style>/.exec(html)?.[1] ?? '';
		const hash = createHash('sha256').update(style).digest('base64');
		const policy = PAGE_HEADERS['content-security-policy'];
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain(`style-src 'sha256-${hash}'`);
		expect(policy).toContain('sandbox allow-forms');
	});

	it('stays small with 20 fields', () => {
		const types = ['text', 'dropdown', 'checkbox', 'number'] as const;
		const fields = Array.from({ length: 20 }, (_, index) =>
			field({ label: `Field ${index}`, type: types[index % 4], choices: ['One', 'Two'] }),
		);
		expect(renderQuestion(formOf(...fields)).length).toBeLessThan(10_000);
		expect(renderQuestion(approval()).length).toBeLessThan(4_000);
	});
});
