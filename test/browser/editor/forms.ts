import { once } from '../../support/editor';
import { FORMS, PARTS, type Form } from './operationForms';
import { ANA, LINE, type Scene } from './scene';

/** Pixels; the longest form fits in. */
const TALL = 1200;

const withoutMark = (label: string) => label.replace(/ \*$/, '');

/** The form of each operation: its fields in order, and only those that matter. */
export function formCases(scene: () => Scene): void {
	const editor = () => scene().editor;
	const all = (fields: string[]) => ['Resource', 'Operation', ...fields, 'Options'];
	const labelsOf = ({ fields }: Form) => all(fields.map(withoutMark));

	beforeAll(async () => await editor().setSize({ height: TALL }));
	afterAll(async () => await editor().setSize());

	it('opens on sending a message', async () => {
		await scene().openChert({});
		const labels = labelsOf(FORMS['Message: Send']);
		expect(await editor().labelsOnce(labels)).toEqual(labels);
	});

	it.each(Object.entries(FORMS))('%s', async (path, expected) => {
		const [resource, operation] = path.split(': ');
		await editor().choose('resource', resource);
		await editor().choose('operation', operation);
		const labels = labelsOf(expected);
		expect(await editor().labelsOnce(labels)).toEqual(labels);
		// n8n marks the fields that must be filled in.
		const marks = editor().page.getByTestId('parameter-issues');
		const required = expected.fields.filter((label) => label.endsWith(' *'));
		expect(await once(async () => await marks.count(), required.length)).toBe(required.length);
		const picture = `form-${resource}-${operation}`.toLowerCase().replaceAll(' ', '-');
		await editor().picture(picture, editor().page.locator('.parameter-input-list-wrapper').first());
		expect(await editor().offeredOptions()).toEqual(expected.options);
	});

	it('a location can go to a chat instead, and begins without coordinates', async () => {
		await editor().choose('resource', 'Location');
		const values = ['latitude', 'longitude'].map(
			async (name) => await editor().parameter(name).locator('input').inputValue(),
		);
		expect(await Promise.all(values)).toEqual(['', '']);
		await editor().choose('recipient', 'Chat');
		const fields = all(['Recipient', 'Chat ID', 'Latitude', 'Longitude']);
		expect(await editor().labelsOnce(fields)).toEqual(fields);
	});

	it('the parts can be given as JSON instead', async () => {
		await editor().choose('resource', 'Message');
		await editor().choose('operation', 'Send to Chat');
		await editor().choose('specifyParts', 'Using JSON');
		const fields = all(['Chat ID', 'Specify Message', 'Parts (JSON)']);
		expect(await editor().labelsOnce(fields)).toEqual(fields);
		await editor().shoot('form-parts-json');
	});

	it('lines are picked from the list, searched, or typed', async () => {
		const { page } = editor();
		await scene().openChert({ resource: 'chat', operation: 'create' });
		await page.getByTestId('rlc-input').click();
		const items = page.getByTestId('rlc-item');
		await items.first().waitFor();
		expect(await items.allInnerTexts()).toEqual([LINE, '+15550100002', '+15550100003 (inactive)']);
		await editor().shoot('lines');

		await page.getByTestId('rlc-search').fill('0002');
		expect(await once(async () => await items.allInnerTexts(), ['+15550100002'])).toEqual([
			'+15550100002',
		]);
		await items.click();
		await expect(page.getByTestId('rlc-input').inputValue()).resolves.toBe('+15550100002');

		await page.getByTestId('rlc-mode-selector').click();
		await editor().chooseEntry('Phone');
		await page.getByTestId('rlc-input').fill(LINE);
		await editor().shoot('lines-typed');
	});

	it('parts are added, switched in type and dragged into order, and arrive in it', async () => {
		const { page } = editor();
		const { sandbox } = scene();
		await editor().fill('to', ANA);
		await editor().fill('text', 'Thanks for having us in today!');
		await page.getByTestId('fixed-collection-add').click();
		await page.getByTestId('fixed-collection-add').click();
		expect(await editor().parameter('type').count()).toBe(3);

		await editor().parameter('type').nth(1).click();
		expect(await editor().openEntries()).toEqual([
			'File',
			'File From URL',
			'Media',
			'Rich Link',
			'Text',
		]);
		await editor().shoot('parts-types');
		await editor().chooseEntry('Media');
		await page.getByText('Attachment ID', { exact: true }).waitFor();
		await editor().choose('type', 'Rich Link', 1);
		await editor().fill('url', 'https://shop.example/review');
		await page.getByTestId('fixed-collection-delete').nth(2).click();
		const linkLast = ['From', 'To', ...PARTS, 'Type', 'URL', 'Link Preview'];
		expect(await editor().labelsOnce(all(linkLast))).toEqual(all(linkLast));
		await editor().shoot('parts-before-dragging');

		const handles = page.getByTitle('Drag item');
		await page
			.getByTestId('fixed-collection-parts')
			.locator('[data-draggable="true"]')
			.nth(1)
			.hover();
		await handles.nth(1).dragTo(handles.nth(0));
		const linkFirst = [
			'From',
			'To',
			'Specify Message',
			'Parts',
			'Type',
			'URL',
			'Link Preview',
			'Type',
			'Text',
		];
		expect(await editor().labelsOnce(all(linkFirst))).toEqual(all(linkFirst));
		await editor().shoot('parts-after-dragging');

		expect(await editor().executeStep()).toBe('success');
		const [message] = await sandbox.control.waitForMessages(1, { phone: ANA });
		expect(message).toMatchObject({ line: LINE, route: 'chats.create' });
		expect(message.parts.map(({ type }) => type)).toEqual(['rich_link', 'text']);
	});
}
