import { setTimeout as delay } from 'node:timers/promises';

import { credentialFor } from '../../support/engine';
import { useSandbox } from '../../support/sandbox';
import { TriggerHost } from '../../support/triggerEngine';
import { StreamHost } from '../../support/triggerStream';
import { until } from '../../support/until';

const ANA = '+15550100123';
const BEN = '+15550100124';
const PAUSE_SECONDS = 1.5;
const PAUSE_MS = PAUSE_SECONDS * 1000;

const context = useSandbox({
	timing: { webhookRetryMs: [1, 1], sseLifetimeMs: 1_100, sseHeartbeatMs: 100 },
});

const parameters = (options = {}) => ({
	events: ['*'],
	options: { waitForPause: PAUSE_SECONDS, ...options },
});

const reply = async (text: string, phone = ANA) =>
	await context.sandbox.control.reply(phone, { text });

/** Resolves when every message was delivered and its execution waits. */
const delivered = async () => await context.sandbox.control.idle();

/** Resolves when an execution reads Chert's event log. */
const untilLogIsRead = async () =>
	await until(
		() => context.sandbox.control.requests().some(({ route }) => route === 'events.list'),
		() => 'The event log is not read',
	);

const textsOf = (items: Array<{ json: { text?: unknown } }>) => items.map(({ json }) => json.text);

describe('the webhook trigger', () => {
	let host: TriggerHost;

	beforeEach(async () => {
		host = await TriggerHost.start({
			credential: credentialFor(context.sandbox),
			parameters: parameters(),
		});
		await host.activate();
	});

	afterEach(async () => await host.close());

	const items = () => host.calls.flatMap((call) => call.items);
	const texts = () => textsOf(items());
	const settle = async () => {
		await delivered();
		await host.idle();
	};

	it('joins the messages of a chat that follow each other, apart from those of other chats', async () => {
		for (const text of ['Hi', 'I have a leak', 'in the kitchen']) {
			await reply(text);
			await reply(`${text}!`, BEN);
		}
		await settle();
		expect([...texts()].sort()).toEqual([
			'Hi\nI have a leak\nin the kitchen',
			'Hi!\nI have a leak!\nin the kitchen!',
		]);
		await reply('Thank you');
		await settle();
		expect(texts().slice(2)).toEqual(['Thank you']);
	});

	it('gives the newest message, with text and attachments of all, and each message', async () => {
		await context.sandbox.control.reply(ANA, {
			text: 'Look',
			attachment: { fileName: 'one.txt', mimeType: 'text/plain', base64: 'MQ==' },
		});
		await delivered();
		const { chatId, message } = await context.sandbox.control.reply(ANA, {
			attachment: { fileName: 'two.txt', mimeType: 'text/plain', base64: 'Mg==' },
		});
		await settle();
		const [{ json }] = items();
		expect(json).toMatchObject({
			event: 'message.received',
			chatId,
			sessionId: chatId,
			messageId: message?.id,
			text: 'Look',
			chatInput: 'Look',
			optOut: false,
			optOutWord: null,
			attachments: [{ fileName: 'one.txt' }, { fileName: 'two.txt' }],
			messages: [
				{ from: ANA, text: 'Look', attachments: [{ fileName: 'one.txt' }] },
				{ messageId: message?.id, text: '', attachments: [{ fileName: 'two.txt' }] },
			],
		});
	});

	it('downloads the files of all messages', async () => {
		await host.activate('production', parameters({ downloadAttachments: true }));
		for (const base64 of ['MQ==', 'Mg==']) {
			await context.sandbox.control.reply(ANA, {
				attachment: { fileName: 'file.txt', mimeType: 'text/plain', base64 },
			});
		}
		await settle();
		expect(Object.keys(items()[0].binary ?? {}).sort()).toEqual(['attachment_0', 'attachment_1']);
	});

	it('with Simplify off, gives the newest delivery, and all of them in messages', async () => {
		await host.activate('production', { ...parameters(), simplify: false });
		await reply('One');
		await delivered();
		await reply('Two');
		await settle();
		const [{ json }] = items();
		expect(json).toMatchObject({
			event: 'message.received',
			data: { message: { parts: [{ value: 'Two' }] } },
			messages: [
				{ data: { message: { parts: [{ value: 'One' }] } } },
				{ data: { message: { parts: [{ value: 'Two' }] } } },
			],
		});
	});

	it('starts a new turn after the pause, with a message that arrives while the last execution decides', async () => {
		await reply('One');
		await delivered();
		await untilLogIsRead();
		await reply('Two');
		await settle();
		expect(texts()).toEqual(['One', 'Two']);
	});

	it('processes a message once that arrives while the last execution reads the event log', async () => {
		context.sandbox.control.addFaults({
			kind: 'slow',
			delayMs: 700,
			route: 'events.list',
			times: 1,
		});
		await reply('One');
		await delivered();
		await untilLogIsRead();
		await reply('Two');
		await settle();
		expect(texts().join('\n')).toBe('One\nTwo');
	});

	it.each([1, 2, 3])('processes repeated deliveries once, on %d processes', async (processes) => {
		await host.restart({ processes });
		const events = [];
		for (const text of ['One', 'Two', 'Three']) events.push(...(await reply(text)).events);
		await delivered();
		for (const { event_id: eventId } of events)
			await context.sandbox.control.redeliver({ eventId, times: 4, concurrency: 4 });
		await settle();
		for (const { event_id: eventId } of events)
			await context.sandbox.control.redeliver({ eventId, times: 2, concurrency: 2 });
		await settle();
		expect(texts()).toEqual(['One\nTwo\nThree']);
	});

	it('joins messages that different processes got', async () => {
		await host.restart({ processes: 2 });
		for (const text of ['One', 'Two', 'Three', 'Four']) {
			await reply(text);
			await delivered();
		}
		await settle();
		expect(texts()).toEqual(['One\nTwo\nThree\nFour']);
	});

	it('joins on after a kill, in the same chat', async () => {
		await reply('One');
		await reply('Two');
		await delivered();
		await host.kill();
		await reply('Three');
		await settle();
		expect(texts()).toEqual(['One\nTwo\nThree']);
	});

	it('after a kill, processes the messages of other chats with the first one that arrives', async () => {
		await reply('One');
		await reply('Two');
		await delivered();
		await host.kill();
		await reply('From Ben', BEN);
		await settle();
		expect(texts()).toEqual(['One\nTwo', 'From Ben']);
		await host.kill();
		await reply('Three');
		await settle();
		expect(texts().slice(2)).toEqual(['Three']);
	});

	it('after a kill, processes a message in a group where others, who do not pass the filters, go on writing', async () => {
		await host.activate('production', parameters({ senders: ANA }));
		const chatId = await context.api.group([ANA, BEN]);
		await context.sandbox.control.reply(ANA, { text: 'One', chatId });
		await delivered();
		await host.kill();
		await reply('Two');
		for (let written = 0; items().length === 0 && written < 100; written++) {
			await context.sandbox.control.reply(BEN, { text: 'So what?', chatId });
			await delay(50);
		}
		await settle();
		expect(texts()).toEqual(['One', 'Two']);
	});

	it('after an outage, gives messages and tapbacks in the order in which they were written', async () => {
		host.outage = { status: 503, times: Infinity };
		const { message } = await reply('One');
		await delivered();
		await context.sandbox.control.reply(ANA, {
			reaction: { type: 'like', messageId: message!.id },
		});
		await delivered();
		host.outage = { status: 503, times: 0 };
		await host.restart();
		await reply('From Ben', BEN);
		await settle();
		expect(items().map(({ json }) => json.event)).toEqual([
			'message.received',
			'reaction.added',
			'message.received',
		]);
	});

	it('gives a person who retries a killed execution its messages, unless another had them', async () => {
		await reply('One');
		await reply('Two');
		await delivered();
		await host.kill();
		const [first, second] = host.calls;
		expect((await host.retry(first)).items.map(({ json }) => json.text)).toEqual(['One\nTwo']);
		expect((await host.retry(first)).items.map(({ json }) => json.text)).toEqual(['One\nTwo']);
		expect((await host.retry(second)).items).toEqual([]);
	});

	it('lets an opt-out word through at once, after what waited', async () => {
		await reply('Who is this');
		await delivered();
		const started = Date.now();
		await reply('STOP.');
		await until(
			() => items().length === 2,
			() => `${items().length} items`,
		);
		expect(Date.now() - started).toBeLessThan(PAUSE_MS);
		expect(items().map(({ json }) => [json.text, json.optOut])).toEqual([
			['Who is this', false],
			['STOP.', true],
		]);
		await reply('Opt');
		await reply('out');
		await settle();
		expect(items()[2].json).toMatchObject({ text: 'Opt\nout', optOut: false });
	});

	it('an opt-out word does not wait for a message that follows it', async () => {
		const started = Date.now();
		await Promise.all([reply('Stop'), delivered()]);
		await reply('and thanks');
		await until(
			() => items().length === 1,
			() => 'No item',
		);
		expect(Date.now() - started).toBeLessThan(PAUSE_MS);
		await settle();
		expect(texts()).toEqual(['Stop', 'and thanks']);
	});

	it('joins only what passes the filters', async () => {
		await host.activate('production', parameters({ senders: BEN }));
		await reply('From Ana');
		await reply('From Ben', BEN);
		await reply('again', BEN);
		await settle();
		expect(texts()).toEqual(['From Ben\nagain']);
	});

	it('takes nothing from before the subscription, not even in the same chat', async () => {
		await host.deactivate();
		await reply('Old');
		await host.activate();
		await reply('New');
		await settle();
		expect(texts()).toEqual(['New']);
	});

	it('lets a tapback through at once', async () => {
		const { message } = await reply('One');
		await delivered();
		await context.sandbox.control.reply(ANA, {
			reaction: { type: 'like', messageId: message!.id },
		});
		await until(
			() => items().length === 1,
			() => 'No item',
		);
		expect(items()[0].json).toMatchObject({ event: 'reaction.added' });
		await settle();
		expect(items()).toHaveLength(2);
	});

	it('puts out the messages that it knows where the event log cannot be read', async () => {
		context.sandbox.control.addFaults({
			kind: 'notRetryable',
			code: 2005,
			status: 403,
			route: 'events.list',
		});
		await reply('One');
		await delivered();
		await reply('Two');
		await settle();
		expect(texts()).toEqual(['One\nTwo']);
	});
});

describe('the stream trigger', () => {
	it('joins messages, and after a kill reads those again that waited', async () => {
		const host = new StreamHost(credentialFor(context.sandbox), parameters());
		await host.activate();
		for (const text of ['One', 'Two', 'Three']) await reply(text);
		await until(
			() => host.items.length > 0,
			() => 'No item',
		);
		expect(textsOf(host.items)).toEqual(['One\nTwo\nThree']);
		await reply('Four');
		await until(
			() => host.runs === 4,
			() => `${host.runs} executions`,
		);
		await host.kill({ cutOff: true });
		await reply('Five');
		await host.activate('init');
		await until(
			() => host.items.length > 1,
			() => 'No second item',
		);
		expect(textsOf(host.items)).toEqual(['One\nTwo\nThree', 'Four\nFive']);
		await host.deactivate();
		await host.idle();
		expect(host.items).toHaveLength(2);
	});
});
