import { until } from '../../hosts/ready';
import { failureOf, outputOf } from '../../hosts/rest';
import {
	ASK,
	askAna,
	ended,
	questions,
	statusOf,
	submit,
	untilWaiting,
	workflow,
} from './sendAndWaitWorkflow';
import type { TestHost } from './testHost';

/** Opens a link and answers, and expects a page that says the texts both times. */
async function expectPage(link: string, ...texts: string[]): Promise<void> {
	for (const response of [await fetch(link), await submit(link, { decision: 'approve' })]) {
		expect([response.status, response.headers.get('content-type')]).toEqual([
			200,
			expect.stringContaining('text/html'),
		]);
		const page = await response.text();
		for (const text of texts) expect(page).toContain(text);
	}
}

/** Answers on the page of this n8n. */
export function sendAndWaitByLinkCases(host: () => TestHost): void {
	it('continues with the approval once its button is clicked, and not before', async () => {
		const { id, link } = await askAna(host(), {
			responseType: 'approval',
			approvalOptions: { values: { approvalType: 'double', disapproveLabel: 'Not now' } },
			options: { pageTitle: 'Quote <1042>' },
		});
		const page = await fetch(link);
		expect(page.status).toBe(200);
		expect(page.headers.get('content-security-policy')).toContain('sandbox');
		const html = await page.text();
		expect(html).toContain('Quote &lt;1042&gt;');
		expect(html).toContain('>Not now</button>');
		await fetch(link, { method: 'HEAD' });
		expect(await statusOf(host(), id)).toBe('waiting');

		const answered = await submit(link, { decision: 'disapprove' });
		expect(answered.status).toBe(200);
		expect(answered.headers.get('content-type')).toContain('text/html');
		expect(await answered.text()).toContain('Thank you');
		const execution = await ended(host(), id);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, ASK)).toEqual([
			expect.objectContaining({
				json: { data: { approved: false, respondedAt: expect.any(String) } },
				pairedItem: { item: 0 },
			}),
		]);
		expect(outputOf(execution, 'After')).toHaveLength(1);
	});

	it('asks for what is missing in a form, and continues with its values by label', async () => {
		const { id, link } = await askAna(host(), {
			responseType: 'customForm',
			formFields: {
				values: [
					{ fieldLabel: 'Room', fieldType: 'text', requiredField: true },
					{ fieldLabel: 'Windows', fieldType: 'number' },
					{ fieldLabel: 'Days', fieldType: 'checkbox', fieldOptions: 'Mon, Tue, Wed' },
				],
			},
		});
		const form = new FormData();
		form.set('field-1', 'many');
		form.append('field-2', 'Mon');
		form.append('field-2', 'Wed');
		const rejected = await fetch(link, { method: 'POST', body: form });
		expect(rejected.status).toBe(422);
		expect(await rejected.text()).toContain('Please enter a number.');
		expect(await statusOf(host(), id)).toBe('waiting');

		form.set('field-0', 'Küche 🍳');
		form.set('field-1', '3');
		expect((await fetch(link, { method: 'POST', body: form })).status).toBe(200);
		const execution = await ended(host(), id);
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toEqual([
			{ Room: 'Küche 🍳', Windows: 3, Days: ['Mon', 'Wed'], respondedAt: expect.any(String) },
		]);
	});

	it('continues with a free text', async () => {
		const { id, link } = await askAna(host(), { responseType: 'freeText' });
		await submit(link, { 'field-0': 'On Tuesday\r\nafter 9' });
		const execution = await ended(host(), id);
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toEqual([
			{ text: 'On Tuesday\nafter 9', respondedAt: expect.any(String) },
		]);
	});

	it('accepts neither a changed link nor another decision', async () => {
		const { id, link } = await askAna(host(), { responseType: 'approval' });
		for (const changed of [
			link.replace(/round=0/, 'round=1'),
			link.replace(/signature=\w+/, `signature=${'0'.repeat(64)}`),
			link.replace(/&?signature=\w+/, ''),
		])
			expect((await submit(changed, { decision: 'approve' })).status).toBe(401);
		// The page has no such button.
		expect((await submit(link, { decision: 'disapprove' })).status).toBe(400);
		expect(await statusOf(host(), id)).toBe('waiting');
		await submit(link, { decision: 'approve' });
		await ended(host(), id);
	});

	it('has another link for each round of a loop, and shows that an old one is closed', async () => {
		const { id, link } = await askAna(host(), { responseType: 'approval' }, { rounds: 3 });
		await submit(link, { decision: 'approve' });
		const [, second] = await questions(host(), 2);
		await untilWaiting(host(), id);
		const again = await submit(link, { decision: 'approve' });
		expect([again.status, await again.text()]).toEqual([
			410,
			expect.stringContaining('Question closed'),
		]);
		await submit(second, { decision: 'approve' });
		const [, , third] = await questions(host(), 3);
		await untilWaiting(host(), id);
		await submit(third, { decision: 'approve' });
		const execution = await ended(host(), id, 3);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, ASK)).toHaveLength(3);
		expect(host().sandbox.control.messages()).toHaveLength(3);
	});

	it('asks again for another branch that leads to the node', async () => {
		const { n8n } = host();
		const file = workflow(host(), { responseType: 'approval' }, {});
		const toAsk = { node: ASK, type: 'main', index: 0 } as const;
		file.connections = { ...file.connections, Rows: { main: [[toAsk, toAsk]] }, After: {} };
		const id = await n8n.rest.run(await host().importWorkflow(file), 'Start');
		for (const asked of [1, 2]) {
			const link = (await questions(host(), asked))[asked - 1];
			await untilWaiting(host(), id);
			expect((await submit(link, { decision: 'approve' })).status).toBe(200);
		}
		const execution = await ended(host(), id, 2);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toEqual([
			{ approved: true, respondedAt: expect.any(String) },
			{ approved: true, respondedAt: expect.any(String) },
		]);
	});

	it('shows a page of n8n when the execution has ended or was canceled', async () => {
		const { id, link } = await askAna(host(), { responseType: 'approval' });
		await submit(link, { decision: 'approve' });
		await ended(host(), id);
		await expectPage(link, 'No action required');

		const canceled = await askAna(host(), { responseType: 'approval' }, { asked: 2 });
		await host().n8n.rest.request('POST', `/executions/${canceled.id}/stop`, {});
		await expectPage(canceled.link, 'Problem loading form', 'has finished with error');
		expect(await statusOf(host(), canceled.id)).toBe('canceled');
	});

	it('shows a page of n8n while the execution runs after the answer', async () => {
		const { id, link } = await askAna(host(), { responseType: 'approval' }, { isSlow: true });
		expect((await submit(link, { decision: 'approve' })).status).toBe(200);
		await expectPage(link, 'Problem loading form', 'is running already');
		await host().n8n.rest.request('POST', `/executions/${id}/stop`, {});
	});

	it('continues once when several answers arrive at the same time', async () => {
		const { id, link } = await askAna(host(), { responseType: 'approval' });
		const answers = Array.from(
			{ length: 5 },
			async () => await submit(link, { decision: 'approve' }),
		);
		const statuses = (await Promise.all(answers)).map(({ status }) => status);
		expect(statuses).toContain(200);
		const execution = await ended(host(), id);
		expect(outputOf(execution, ASK)).toHaveLength(1);
		expect(outputOf(execution, 'After')).toHaveLength(1);
	});

	it('continues after a restart of n8n', async () => {
		const { id, link } = await askAna(host(), { responseType: 'approval' });
		await host().restart();
		// n8n 1 is ready some seconds before its routes are.
		const isSubmitted = async () => (await submit(link, { decision: 'approve' })).status === 200;
		await until(isSubmitted, { what: 'The answer', timeoutMs: 30_000 });
		const execution = await ended(host(), id);
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toMatchObject([
			{ approved: true },
		]);
	});
}
