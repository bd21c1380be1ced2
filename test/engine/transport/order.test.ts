import type { ServerResponse } from 'node:http';

import { runChert } from '../../support/engine';
import { from, parts, text, useAction } from '../../support/action';
import { until } from '../../support/until';
import { EACH, respond, item, numbered, options, phone, serve, useQuickBackoff } from './support';

useQuickBackoff();
const action = useAction();

const textsTo = (recipient: string) =>
	action.sandbox.control.messages({ phone: recipient }).map(({ text }) => text);
const numbersTo = (recipient: string) =>
	textsTo(recipient).map((text) => Number(text.split('#')[1]));

describe('items to one recipient', () => {
	it('are sent in item order, whatever fails on the way', async () => {
		const kinds = [
			'serverError',
			'cutBefore',
			'cutAfter',
			'html',
			'saturated',
			'rateLimit',
		] as const;
		action.sandbox.control.addFaults(
			kinds.map((kind) => ({ kind, probability: 0.08, retryAfter: 0.02 })),
		);
		const { items, error } = await action.run(
			'message.send',
			{ ...EACH, ...options({ maxRetries: 20 }) },
			{ items: numbered(60, 4) },
		);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(60);
		for (let recipient = 0; recipient < 4; recipient++) {
			const expected = Array.from({ length: 15 }, (_, round) => round * 4 + recipient);
			expect(numbersTo(phone(recipient))).toEqual(expected);
		}
		expect(action.sandbox.control.audit()).toMatchObject({
			delivered: 60,
			duplicates: [],
			orderViolations: [],
			earlyRequests: [],
		});
	});

	it('wait for one that is retried', async () => {
		action.sandbox.control.addFaults({ kind: 'serverError', times: 2, recipient: phone(0) });
		await action.run('message.send', EACH, {
			items: [item(phone(0), 'a #1'), item(phone(0), 'b #2')],
		});
		expect(action.requests('send').map(({ body }) => (body as { body: string }).body)).toEqual([
			'a #1',
			'a #1',
			'a #1',
			'b #2',
		]);
	});

	it('continue after one that failed, with On Error set to Continue', async () => {
		action.sandbox.control.addFaults({ kind: 'notRetryable', times: 1 });
		const { items } = await action.run('message.send', EACH, {
			items: [item(phone(0), 'a #1'), item(phone(0), 'b #2')],
			onError: 'continueRegularOutput',
		});
		expect(textsTo(phone(0))).toEqual(['b #2']);
		expect(items.map(({ json, pairedItem }) => [Boolean(json.error), pairedItem])).toEqual([
			[true, { item: 0 }],
			[false, { item: 1 }],
		]);
	});

	it('keep their order through the Batching option of n8n', async () => {
		action.sandbox.control.addFaults({ kind: 'slow', delayMs: 60, times: 1 });
		const requestOptions = { batching: { batch: { batchSize: 2, batchInterval: 5 } } };
		await action.run('message.send', { ...EACH, requestOptions }, { items: numbered(6, 1) });
		expect(numbersTo(phone(0))).toEqual([0, 1, 2, 3, 4, 5]);
	});

	it.each([2.5, 'two'])('are all sent with a batch size of %p', async (batchSize) => {
		const requestOptions = { batching: { batch: { batchSize, batchInterval: 1 } } };
		await action.run('message.send', { ...EACH, requestOptions }, { items: numbered(6, 1) });
		expect(numbersTo(phone(0))).toEqual([0, 1, 2, 3, 4, 5]);
	});

	it('keep their order through rounds of a loop', async () => {
		await action.run('message.send', EACH, {
			items: [item(phone(0), 'a #1')],
			rounds: [[item(phone(0), 'b #2')], [item(phone(0), 'c #3')]],
		});
		expect(numbersTo(phone(0))).toEqual([1, 2, 3]);
	});
});

describe('items to different recipients', () => {
	it('do not wait for a blocked one', async () => {
		action.sandbox.control.addFaults({
			kind: 'saturated',
			retryAfter: 3,
			times: 1,
			recipient: phone(0),
		});
		await action.run('message.send', EACH, { items: numbered(40, 20) });
		const order = action.sandbox.control.messages().map(({ phone: to }) => to);
		expect(order.slice(-2)).toEqual([phone(0), phone(0)]);
	});

	it.each([
		['100 recipients', 100, 24],
		['5 recipients', 5, 5],
	])(
		'are sent side by side, 24 requests at a time at most: %s',
		async (_what, recipients, most) => {
			const waiting: ServerResponse[] = [];
			let highest = 0;
			const server = await serve((request, response) => {
				request.resume();
				highest = Math.max(highest, waiting.push(response));
				// Responds only once no more arrive: those that wait are all that the node sends at once.
				clearTimeout(quiet);
				quiet = setTimeout(
					() => waiting.splice(0).forEach((each) => respond(each, { status: 'sent' })),
					25,
				);
			});
			let quiet: NodeJS.Timeout | undefined;
			const credential = { signingSecret: 'x'.repeat(32), baseUrl: server.origin };
			const { items } = await runChert(
				{ resource: 'message', operation: 'send', ...EACH },
				{ credential, items: numbered(100, recipients) },
			);
			await server.close();
			expect(items).toHaveLength(100);
			expect(highest).toBe(most);
		},
	);

	it('leave their slots to others while they wait', async () => {
		const stuck = Array.from({ length: 24 }, (_, index) => phone(index));
		action.sandbox.control.addFaults(
			stuck.map((recipient) => ({
				kind: 'saturated' as const,
				retryAfter: 3,
				times: 1,
				recipient,
			})),
		);
		const running = action.run('message.send', EACH, { items: numbered(48, 48) });
		await until(() => action.sandbox.control.messages().length === 24);
		expect(
			action.sandbox.control.messages().every(({ phone: to }) => !stuck.includes(String(to))),
		).toBe(true);
		await running;
		expect(action.sandbox.control.audit()).toMatchObject({ delivered: 48, earlyRequests: [] });
	});
});

it.each([
	[
		'location.send',
		'locations.send',
		{ phone: phone(0), latitude: '={{ $json.n }}', longitude: 2 },
		'latitude',
	],
	[
		'message.sendToChat',
		'chats.send',
		{ chatId: 'a-chat', ...parts(text('={{ $json.n }}')) },
		'value',
	],
	[
		'message.react',
		'messages.react',
		{ messageId: 'a-message', reaction: '={{ $json.reaction }}' },
		'reaction',
	],
	// The members name a group, in whichever order.
	[
		'chat.create',
		'chats.create',
		{ ...from(), to: '={{ $json.to }}', ...parts(text('={{ $json.n }}')) },
		'value',
	],
])(
	'%s to one recipient waits for one that is retried',
	async (operation, route, parameters, field) => {
		// The code says that nothing was done, so that a reaction is retried too.
		action.sandbox.control.addFaults([
			{ kind: 'saturated', code: 3002, retryAfter: 0.05, times: 1, route },
			{ kind: 'notRetryable', route },
		]);
		const items = [
			{ json: { n: 1, reaction: 'love', to: [phone(0), phone(1)] } },
			{ json: { n: 2, reaction: 'like', to: [phone(1), phone(0)] } },
		];
		await action.run(operation, parameters, { items, onError: 'continueRegularOutput' });
		const sent = action
			.requests(route)
			.map(({ body }) => JSON.stringify(body).match(new RegExp(`"${field}":"?(\\w+)`))?.[1]);
		expect(sent).toHaveLength(3);
		expect(sent[1]).toBe(sent[0]);
		expect(sent[2]).not.toBe(sent[0]);
	},
);

it('Execute Once sends the first item only', async () => {
	const { items, error } = await action.run('message.send', EACH, {
		items: numbered(3, 3),
		instanceNode: { executeOnce: true },
	});
	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	expect(action.sandbox.control.messages()).toHaveLength(1);
});

it('an expression that fails for a later item sends nothing', async () => {
	const parameters = { phone: '={{ $json.phone }}', body: '={{ $json.body.trim() }}' };
	const { error } = await action.run('message.send', parameters, {
		items: [item(phone(0), 'Hello'), { json: { phone: phone(1) } }],
	});
	expect(error).toBeDefined();
	expect(action.requests()).toEqual([]);
});
