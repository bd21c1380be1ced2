import { until } from '../../../hosts/ready';
import { ANA, type Scene } from './scene';

/** The trigger for n8n instances without a public address: the same form, and an event that it fetches itself. */
export function streamTriggerCases(scene: () => Scene): void {
	const editor = () => scene().editor;
	const page = () => editor().page;

	it('has the form of the Chert Trigger and says how to try it out', async () => {
		scene().sandbox.control.reset();
		await scene().openTrigger('chertStreamTrigger');
		const fields = ['Events', 'Simplify', 'Options'];
		expect(await editor().labelsOnce(fields)).toEqual(fields);
		expect(await editor().offeredOptions()).toEqual([
			'Chat IDs',
			'Chat Type',
			'Download Attachments',
			'Include Own Messages',
			'Lines',
			'Opt-Out Words',
			'Senders',
			'Wait for Pause',
		]);
		await page().getByText('When will this node trigger my flow?').click();
		await page().getByText('click Execute step, then text your Chert line').waitFor();
		await editor().shoot('stream-trigger-form');
	});

	it('reads the events while it is tried out, shows the one that comes, and registers nothing at Chert', async () => {
		const { control } = scene().sandbox;
		await page().getByTestId('trigger-execute-button').click();
		const isReading = async () => control.requests().some(({ route }) => route === 'events.stream');
		await until(isReading, { what: 'An open stream', timeoutMs: 20_000 });
		await editor().shoot('stream-trigger-reading');

		const { chatId } = await control.reply(ANA, { text: 'No public address needed' });
		expect(await editor().stepEnded()).toBe('success');
		const [row] = await editor().outputTable();
		expect(row).toMatchObject({
			event: 'message.received',
			chatId,
			from: ANA,
			text: 'No public address needed',
		});
		expect(control.subscriptions()).toEqual([]);
		await editor().picture('stream-trigger');
	});
}
