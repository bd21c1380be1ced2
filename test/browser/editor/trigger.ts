import { ANA, LINE, type Scene } from './scene';

/** The trigger's form and panel, and a test event on its way from a phone into the output. */
export function triggerCases(scene: () => Scene): void {
	const editor = () => scene().editor;
	const page = () => editor().page;
	const panel = () => page().getByTestId('ndv');

	it('has a short form and explains when it runs', async () => {
		scene().sandbox.control.reset();
		await scene().openTrigger();
		const fields = ['Events', 'Simplify', 'Options'];
		expect(await editor().labelsOnce(fields)).toEqual(fields);
		expect(await editor().offeredOptions()).toEqual([
			'Catch Up',
			'Chat IDs',
			'Chat Type',
			'Download Attachments',
			'Include Own Messages',
			'Lines',
			'Opt-Out Words',
			'Senders',
			'Wait for Pause',
		]);
		await editor().parameter('events').click();
		expect(await editor().openEntries()).toEqual([
			'All Events',
			'Lead Replied (Legacy)',
			'Message Received',
			'Reaction Added',
			'Reaction Removed',
		]);
		await editor().shoot('trigger-events');
		await editor().closeList();

		await page().getByText('When will this node trigger my flow?').click();
		await page().getByText('then text your Chert line from your phone').waitFor();
		expect(await panel().innerText()).toContain(
			'publish the workflow so that every message runs it',
		);
		await editor().shoot('trigger-form');
	});

	it('asks for the prefix of attachments only when they are downloaded', async () => {
		await editor().addOption('Download Attachments');
		expect(
			await editor().labelsOnce(['Events', 'Simplify', 'Options', 'Download Attachments']),
		).toContain('Download Attachments');
		expect(await editor().offeredOptions()).not.toContain('Attachment Field Prefix');
		await editor().parameter('downloadAttachments').locator('.el-switch').click();
		expect(await editor().offeredOptions()).toContain('Attachment Field Prefix');
	});

	it('listens with its own subscription, shows the event that arrives, and removes the subscription', async () => {
		const { sandbox } = scene();
		await page().getByTestId('trigger-execute-button').click();
		await page().getByTestId('trigger-listening').waitFor();
		expect(sandbox.control.subscriptions()).toMatchObject([
			{ url: expect.stringContaining('/webhook-test/'), events: ['message.received'] },
		]);
		await editor().shoot('trigger-listening');

		const { message, chatId } = await sandbox.control.reply(ANA, {
			text: 'It looks wonderful, thank you!',
		});
		expect(await editor().stepEnded()).toBe('success');
		const [row] = await editor().outputTable();
		expect(row).toMatchObject({
			event: 'message.received',
			chatId,
			messageId: message?.id,
			isGroup: 'false',
			from: ANA,
			line: LINE,
			text: 'It looks wonderful, thank you!',
		});
		await editor().viewOutputAs('schema');
		await editor().picture('trigger');
		expect(sandbox.control.subscriptions()).toEqual([]);
	});
}
