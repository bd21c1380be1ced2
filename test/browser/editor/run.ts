import { ANA, type Scene } from './scene';

/** A step run from its form: what came out, and what its reader is told when it is refused. */
export function runCases(scene: () => Scene): void {
	const editor = () => scene().editor;

	it('sends, and shows what Chert answered as a table', async () => {
		const { sandbox } = scene();
		sandbox.control.reset();
		await scene().openChert({});
		await editor().fill('phone', '+1 (555) 010-0123');
		await editor().fill('body', 'Hi Ana, thank you for choosing us! How did it go?');
		expect(await editor().executeStep()).toBe('success');

		const [message] = sandbox.control.messages({ phone: ANA });
		expect(message).toMatchObject({
			route: 'send',
			text: 'Hi Ana, thank you for choosing us! How did it go?',
		});
		const [row, ...others] = await editor().outputTable();
		expect(others).toEqual([]);
		expect(row).toMatchObject({ status: 'sent', message_id: message.id, lead_created: 'true' });
		expect(Object.keys(row)).toEqual([
			'status',
			'message_id',
			'lead_id',
			'lead_created',
			'convo_id',
			'phone_line_id',
			'idempotencyKey',
			'chatId',
			'messageId',
			'phone',
		]);
		await editor().viewOutputAs('schema');
		await editor().picture('step');
	});

	it('says of a number without a country what is missing, and sends nothing', async () => {
		await editor().fill('phone', '555-0100');
		expect(await editor().executeStep()).toBe('danger');
		expect(await editor().failure()).toEqual({
			message:
				'Phone "555-0100" does not start with + and the country code: enter it like +1 555 010 0123, or set Default Country Code in the options',
			description: expect.stringMatching(/^Nothing was sent\./),
		});
		expect(scene().sandbox.control.messages()).toHaveLength(1);
		await editor().shoot('step-bad-phone');
	});

	it('lists the effects that there are when Chert does not know the one asked for', async () => {
		await scene().openChert({
			phone: ANA,
			body: 'Congratulations!',
			options: { effect: '=sparkle' },
		});
		expect(await editor().executeStep()).toBe('danger');
		const { message, description } = await editor().failure();
		expect(message).toMatch(
			/^Chert does not know this effect\. Known effects: celebration, confetti/,
		);
		expect(description).toMatch(
			/^Choose one of the known effects\..*\(Chert code 4098, HTTP 400, trace \w+\)$/,
		);
		await editor().shoot('step-unknown-effect');
	});

	it('goes out once the effect is one of them, from the line that was picked', async () => {
		const { page } = editor();
		await scene().openChert({ phone: ANA, body: 'Congratulations!' });
		await editor().addOption('Effect');
		await editor().choose('effect', 'Celebration');
		await editor().addOption('From Line');
		await page.getByTestId('rlc-input').click();
		await page.getByTestId('rlc-item').filter({ hasText: '+15550100002' }).click();
		expect(await editor().executeStep()).toBe('success');
		const [, message] = scene().sandbox.control.messages({ phone: ANA });
		expect(message).toMatchObject({
			text: 'Congratulations!',
			effect: 'celebration',
			line: '+15550100002',
		});
		await editor().shoot('step-effect-and-line');
	});
}
