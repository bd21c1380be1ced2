import { once } from '../../support/editor';
import { ANA, LINE, type Scene } from './scene';

interface Form {
	resource: string;
	operation: string;
	/** below Resource and Operation, in order */
	fields: string[];
	options: string[];
}

const PARTS = ['Specify Parts', 'Parts', 'Type', 'Text'];
const PATIENCE = ['Max Retries', 'Max Retry Wait (Seconds)'];

const FORMS: Form[] = [
	{
		resource: 'Message',
		operation: 'Send',
		fields: ['Phone', 'Text'],
		options: [
			'Attachment IDs',
			'Binary Fields',
			'Effect',
			'External ID',
			'From Line',
			'Idempotency Key',
			'Lead Name',
			'Live Photo',
			...PATIENCE,
		],
	},
	{
		resource: 'Message',
		operation: 'Send to Chat',
		fields: ['Chat ID', ...PARTS],
		options: ['Idempotency Key', ...PATIENCE, 'Send Images as One Group'],
	},
	{
		resource: 'Message',
		operation: 'React',
		fields: ['Message ID', 'Reaction'],
		options: PATIENCE,
	},
	{
		resource: 'Chat',
		operation: 'Create',
		fields: ['From', 'To', ...PARTS],
		options: ['Idempotency Key', ...PATIENCE, 'Send Images as One Group', 'Subject'],
	},
	{
		resource: 'Attachment',
		operation: 'Upload',
		fields: ['Binary Field'],
		options: ['File Name', ...PATIENCE, 'MIME Type'],
	},
	{ resource: 'Attachment', operation: 'Get', fields: ['Attachment ID'], options: PATIENCE },
	{
		resource: 'Attachment',
		operation: 'Download',
		fields: ['Attachment ID', 'Put Output File in Field'],
		options: PATIENCE,
	},
	{
		resource: 'Location',
		operation: 'Send',
		fields: ['Recipient', 'Phone', 'Latitude', 'Longitude'],
		options: ['Address', 'Expires At', 'Fallback Mode', 'Idempotency Key', 'Label', ...PATIENCE],
	},
];

/** The form of each operation: its fields in order, and only those that matter. */
export function formCases(scene: () => Scene): void {
	const editor = () => scene().editor;
	const all = (fields: string[]) => ['Resource', 'Operation', ...fields, 'Options'];

	it('opens on sending a message', async () => {
		await scene().openChert({});
		const fields = all(FORMS[0].fields);
		expect(await editor().labelsOnce(fields)).toEqual(fields);
	});

	it.each(FORMS)('$resource: $operation', async ({ resource, operation, fields, options }) => {
		await editor().choose('resource', resource);
		await editor().choose('operation', operation);
		expect(await editor().labelsOnce(all(fields))).toEqual(all(fields));
		await editor().shoot(`form-${resource}-${operation}`.toLowerCase().replaceAll(' ', '-'));
		expect(await editor().offeredOptions()).toEqual(options);
	});

	it('a location can go to a chat instead, and begins without coordinates', async () => {
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
		const fields = all(['Chat ID', 'Specify Parts', 'Parts (JSON)']);
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
		expect(await editor().openEntries()).toEqual(['File', 'Media', 'Rich Link', 'Text']);
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
			'Specify Parts',
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
