import { LEAD, useAction } from '../../support/action';

const action = useAction();

const TOWER = { phone: LEAD, latitude: 48.8584, longitude: 2.2945 };

it('sends a pin to a phone number, and no field that is not filled in', async () => {
	const output = await action.outputOf('location.send', TOWER);

	expect(action.bodies('locations.send')).toEqual([
		{ ...TOWER, idempotency_key: output.idempotencyKey },
	]);
	const [message] = action.sandbox.control.messages();
	expect(output).toEqual({
		message_id: message.id,
		messageId: message.id,
		phone: LEAD,
		status: 'queued',
		phone_line_id: message.phoneLineId,
		delivery: 'queued',
		location: { latitude: 48.8584, longitude: 2.2945, mode: 'balloon' },
		idempotencyKey: expect.stringMatching(/^n8n-/),
	});
});

it('sends every option under the name that the API has for it', async () => {
	await action.outputOf('location.send', {
		...TOWER,
		phone: '+1 555-010-0123',
		options: {
			label: 'Your technician',
			address: 'Paris',
			fallbackMode: 'auto',
			expiresAt: '2099-01-31T18:00:00+01:00',
			idempotencyKey: 'visit-7',
		},
	});

	expect(action.bodies('locations.send')).toEqual([
		{
			...TOWER,
			label: 'Your technician',
			address: 'Paris',
			fallback_mode: 'auto',
			expires_at: '2099-01-31T17:00:00.000Z',
			idempotency_key: 'visit-7',
		},
	]);
});

it('takes a moment that an expression gives', async () => {
	await action.outputOf('location.send', {
		...TOWER,
		options: { expiresAt: "={{ new Date('2099-01-31T18:00:00Z') }}" },
	});

	expect(action.bodies('locations.send')[0].expires_at).toBe('2099-01-31T18:00:00.000Z');
});

it('leaves out options that are added but empty', async () => {
	await action.outputOf('location.send', {
		...TOWER,
		options: { label: '', address: ' ', fallbackMode: '', expiresAt: '', idempotencyKey: '' },
	});

	expect(Object.keys(action.bodies('locations.send')[0]).sort()).toEqual([
		'idempotency_key',
		'latitude',
		'longitude',
		'phone',
	]);
});

it('sends a pin to a chat by its delivery chat ID', async () => {
	const { chatId } = await action.chat();
	await action.outputOf('location.send', {
		...TOWER,
		recipient: 'chatId',
		phone: '',
		chatId: `iMessage;+;${chatId}`,
	});

	const [body] = action.bodies('locations.send');
	expect(body).toMatchObject({
		chat_id: `iMessage;+;${chatId}`,
		latitude: 48.8584,
		longitude: 2.2945,
	});
	expect(body).not.toHaveProperty('phone');
	expect(action.sandbox.control.messages()[1]).toMatchObject({
		chatId,
		parts: [{ type: 'location' }],
	});
});

it('takes degrees at their limits, and as text from a spreadsheet', async () => {
	const { items } = await action.run(
		'location.send',
		{ phone: LEAD, latitude: '={{ $json.lat }}', longitude: '={{ $json.lon }}' },
		{ items: [{ json: { lat: '-90', lon: ' 180 ' } }, { json: { lat: 0, lon: '-0.127800' } }] },
	);

	expect(items.map(({ json }) => json.location)).toMatchObject([
		{ latitude: -90, longitude: 180 },
		{ latitude: 0, longitude: -0.1278 },
	]);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
});
