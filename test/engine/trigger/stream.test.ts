import { BACKOFF } from '../../../nodes/shared/retry';
import { seededRandom } from '../../../sandbox';
import { Clock } from '../../../sandbox/world/clock';
import { credentialFor } from '../../support/engine';
import { useSandbox } from '../../support/sandbox';
import { BadLine, StreamHost } from '../../support/triggerStream';
import { until } from '../../support/until';

const ANA = '+15550100123';
const BEN = '+15550100124';

const context = useSandbox({ timing: { sseLifetimeMs: 300, sseHeartbeatMs: 50 } });
let host: StreamHost;

beforeEach(() => {
	host = new StreamHost(credentialFor(context.sandbox));
});

afterEach(async () => {
	jest.restoreAllMocks();
	await host.deactivate();
	await host.idle();
});

const texts = () => host.items.map(({ json }) => json.text);
const arrived = async (count: number, of = host) => {
	await until(
		() => of.items.length >= count,
		() => `${of.items.length} of ${count} items, ${of.runs} runs`,
	);
	await of.idle();
};

const streamsOpened = () =>
	context.sandbox.control
		.requests()
		.filter(({ route, status }) => route === 'events.stream' && status === 200).length;
const streamIsOpen = async () =>
	await until(
		() => streamsOpened() > 0,
		() => 'no stream',
	);

describe('a message', () => {
	it.each([
		{ sseData: 'row' as const },
		{ sseData: 'envelope' as const },
		{ ids: 'prefixed' as const },
		{ objectWrapper: 'wrapped' as const },
	])('comes as by webhook, with %j', async (variants) => {
		context.sandbox.control.variants(variants);
		await host.activate();
		await streamIsOpen();
		const photo = { fileName: 'photo.jpg', mimeType: 'image/jpeg', base64: 'aGVsbG8=' };
		const { message, chatId, events } = await context.sandbox.control.reply(ANA, {
			text: 'Yes please',
			attachment: photo,
		});
		await arrived(1);
		expect(host.items[0].json).toEqual({
			event: 'message.received',
			eventId: expect.stringMatching(/^chert:msg:/),
			receivedAt: events[0].created_at,
			chatId,
			isGroup: false,
			messageId: message!.id,
			from: ANA,
			line: context.sandbox.lines[0].phoneNumber,
			participants: [ANA],
			text: 'Yes please',
			sessionId: chatId,
			chatInput: 'Yes please',
			optOut: false,
			optOutWord: null,
			attachments: [
				{
					attachmentId: message!.attachments[0].attachmentId,
					fileName: 'photo.jpg',
					mimeType: 'image/jpeg',
					sizeBytes: 5,
				},
			],
		});
	});

	it('comes as the envelope with Simplify off, and with its files', async () => {
		host = new StreamHost(credentialFor(context.sandbox), {
			events: ['*'],
			simplify: false,
			options: { downloadAttachments: true },
		});
		await host.activate();
		const photo = { fileName: 'photo.jpg', mimeType: 'image/jpeg', base64: 'aGVsbG8=' };
		const { events } = await context.sandbox.control.reply(ANA, { attachment: photo });
		await arrived(1);
		expect(host.items[0].json).toEqual(events[0].payload);
		expect(host.items[0].binary).toMatchObject({
			attachment_0: { fileName: 'photo.jpg', mimeType: 'image/jpeg' },
		});
	});

	it('that does not pass the filters starts no run', async () => {
		host = new StreamHost(credentialFor(context.sandbox), {
			events: ['message.received'],
			options: { senders: BEN },
		});
		await host.activate();
		await context.sandbox.control.reply(ANA, { text: 'From Ana' });
		await context.sandbox.control.reply(BEN, { text: 'From Ben' });
		await arrived(1);
		expect(texts()).toEqual(['From Ben']);
		expect(host.runs).toBe(1);
	});
});

describe('where reading begins', () => {
	const secondsAgo = (seconds: number) =>
		context.sandbox.control.clock({ advanceMs: -seconds * 1000 });

	it('is now, when a person activates the workflow', async () => {
		secondsAgo(10);
		await context.sandbox.control.reply(ANA, { text: 'Long before' });
		context.sandbox.control.clock({ advanceMs: 10_000 });
		await context.sandbox.control.reply(ANA, { text: 'Just before' });
		await host.activate();
		await context.sandbox.control.reply(ANA, { text: 'After' });
		await arrived(1);
		await host.deactivate();
		expect(texts()).toEqual(['After']);
	});

	it('is where it was, after a restart, and from now on after a stop by a person', async () => {
		await host.activate();
		await context.sandbox.control.reply(ANA, { text: 'One' });
		await arrived(1);
		await host.kill();
		await context.sandbox.control.reply(ANA, { text: 'While n8n was down' });
		await host.activate('init');
		await arrived(2);
		await host.deactivate();

		await context.sandbox.control.reply(ANA, { text: 'While the workflow was inactive' });
		await host.activate('activate');
		await context.sandbox.control.reply(ANA, { text: 'Two' });
		await arrived(3);
		expect(texts()).toEqual(['One', 'While n8n was down', 'Two']);
	});

	it('is not before the activation, for a restart right after it', async () => {
		secondsAgo(10);
		await context.sandbox.control.reply(ANA, { text: 'Before' });
		context.sandbox.control.clock({ advanceMs: 10_000 });
		await host.activate();
		await host.kill();
		await host.activate('init');
		await context.sandbox.control.reply(ANA, { text: 'After' });
		await arrived(1);
		expect(texts()).toEqual(['After']);
	});

	it('is after the events that Chert had, where its time has whole seconds', async () => {
		const second = 1_000 * Math.floor(Date.now() / 1_000);
		jest.spyOn(Clock.prototype, 'now').mockReturnValue(second);
		await context.sandbox.control.reply(ANA, { text: 'Before' });
		await host.activate();
		await context.sandbox.control.reply(ANA, { text: 'After' });
		await arrived(1);
		await host.kill();
		await host.activate('init');
		await context.sandbox.control.reply(ANA, { text: 'After the restart' });
		await arrived(2);
		expect(texts()).toEqual(['After', 'After the restart']);
	});

	it('is where it was, after a restart amid more missed events than n8n remembers', async () => {
		secondsAgo(1_700);
		await host.activate();
		await host.kill();
		for (let count = 0; count < 1_700; count++) {
			context.sandbox.control.clock({ advanceMs: 1_000 });
			await context.sandbox.control.reply(ANA, { text: `${count}` });
		}
		await host.activate('init');
		await arrived(1_600);
		await host.kill();
		await host.activate('init');
		await until(() => texts().includes('1699'));
		await host.idle();
		expect(new Set(texts()).size).toBe(1_700);
		expect(texts()).toHaveLength(1_700);
	});

	it('leaves out none of several pages', async () => {
		await host.activate();
		await host.kill();
		for (let count = 0; count < 450; count++)
			await context.sandbox.control.reply(ANA, { text: `${count}` });
		await host.activate('init');
		await arrived(450);
		expect([...texts()].sort((a, b) => Number(a) - Number(b))).toEqual(
			Array.from({ length: 450 }, (_, index) => `${index}`),
		);
	});
});

describe('errors', () => {
	it('loses nothing and runs nothing twice: 1,000 events, connections cut at random, n8n killed three times', async () => {
		const EVENTS = 1_000;
		const random = seededRandom(42);
		const line = await BadLine.to(context.sandbox.origin);
		const credential = { ...credentialFor(context.sandbox), baseUrl: `${line.origin}/api/v1` };
		host = new StreamHost(credential);
		await host.activate();
		context.sandbox.control.addFaults([
			{ kind: 'serverError', route: 'events.list', probability: 0.05 },
			{ kind: 'cutMidBody', route: 'events.list', probability: 0.05 },
			{ kind: 'rateLimit', route: 'events.stream', probability: 0.05, retryAfter: 0.05 },
			{ kind: 'html', route: 'events.stream', probability: 0.05 },
		]);
		let cuts = 0;
		let kills = 0;
		for (let count = 0; count < EVENTS; count++) {
			await context.sandbox.control.reply(ANA, { text: `${count}` });
			if (random() < 0.02) {
				line.cut();
				cuts++;
			}
			if ([250, 500, 750].includes(count)) {
				await host.kill();
				kills++;
				await host.activate('init').catch(async () => await host.activate('init'));
			}
			await until(
				() => host.items.length > count - 100,
				() => `${host.items.length} items at event ${count}`,
			);
		}
		await arrived(EVENTS);
		await host.deactivate();
		await line.close();
		const distinct = new Set(texts());
		process.stdout.write(
			`stream: ${EVENTS} events, ${cuts} cuts, ${kills} kills: ${distinct.size} run, ${texts().length - distinct.size} twice, ${host.runs} runs\n`,
		);
		expect(distinct.size).toBe(EVENTS);
		expect(texts()).toHaveLength(EVENTS);
	}, 90_000);

	it('starts a run again that n8n could not store', async () => {
		await host.activate();
		host.failuresToStore = 2;
		await context.sandbox.control.reply(ANA, { text: 'Stubborn' });
		await arrived(1);
		expect(texts()).toEqual(['Stubborn']);
	});

	it('with the credential is told at activation', async () => {
		host = new StreamHost({ ...credentialFor(context.sandbox), signingSecret: 'f'.repeat(32) });
		await expect(host.activate()).rejects.toMatchObject({ name: 'NodeApiError', httpCode: '401' });
	});

	it('that only a person can end is told once, by a failed execution', async () => {
		await host.activate();
		context.sandbox.control.account('suspended');
		await until(
			() => host.failedExecutions.length > 0,
			() => 'no failed execution',
		);
		expect(host.failedExecutions).toEqual([
			expect.objectContaining({ name: 'NodeApiError', httpCode: '403' }),
		]);
	});

	it('a stream that ends at once does not cause requests without a pause', async () => {
		context.sandbox.control.addFaults({ kind: 'html', route: 'events.stream', status: 502 });
		await host.activate();
		const before = streamRequests();
		await new Promise((resolve) => setTimeout(resolve, 1_000));
		expect(streamRequests() - before).toBeLessThan(5);
	});

	it('a stream that fails is requested less and less often, even while the pages come', async () => {
		jest.replaceProperty(BACKOFF, 'firstMs', 20);
		jest.spyOn(Math, 'random').mockReturnValue(0);
		context.sandbox.control.addFaults({ kind: 'html', route: 'events.stream', status: 502 });
		const before = streamRequests();
		const begun = Date.now();
		await host.activate();
		const REQUESTS = 9;
		await until(
			() => streamRequests() - before >= REQUESTS,
			() => `${streamRequests() - before} requests`,
		);
		// 10 ms, 20 ms, 40 ms and so on between them.
		expect(Date.now() - begun).toBeGreaterThan(10 * (2 ** (REQUESTS - 1) - 1));
	});

	it('with an incomplete credential names what is missing', async () => {
		host = new StreamHost({ ...credentialFor(context.sandbox, 'hmac'), tenant: '' });
		await expect(host.activate()).rejects.toMatchObject({
			message: expect.stringMatching(/^Tenant is empty in the Chert API credential/),
		});
	});

	it('with a filter that no event could match is told at activation and in the editor', async () => {
		host = new StreamHost(credentialFor(context.sandbox), {
			events: ['*'],
			options: { lines: '555-0100' },
		});
		await expect(host.activate()).rejects.toMatchObject({
			message: expect.stringMatching(/^Lines "555-0100" is neither/),
		});
		expect(await host.tryOut()).toEqual([]);
		expect(context.sandbox.control.requests()).toEqual([]);
	});
	const streamRequests = () =>
		context.sandbox.control.requests().filter(({ route }) => route === 'events.stream').length;
});

describe('trying it out in the editor', () => {
	it('gives the next event', async () => {
		const result = host.tryOut();
		await streamIsOpen();
		await context.sandbox.control.reply(ANA, { text: 'Hello editor' });
		expect((await result).map(({ json }) => json.text)).toEqual(['Hello editor']);
	});

	it('can be cancelled', async () => {
		let cancel = () => {};
		const result = host.tryOut((stop) => (cancel = stop));
		await streamIsOpen();
		cancel();
		expect(await result).toEqual([]);
	});

	it('can be cancelled while a file is waited for', async () => {
		host = new StreamHost(credentialFor(context.sandbox), {
			events: ['*'],
			options: { downloadAttachments: true },
		});
		context.sandbox.control.addFaults({
			kind: 'rateLimit',
			route: 'attachments.content',
			retryAfter: 20,
		});
		let cancel = () => {};
		const result = host.tryOut((stop) => (cancel = stop));
		await streamIsOpen();
		await context.sandbox.control.reply(ANA, {
			attachment: { fileName: 'photo.jpg', mimeType: 'image/jpeg', base64: 'aGVsbG8=' },
		});
		const asked = () =>
			context.sandbox.control.requests().filter(({ route }) => route === 'attachments.content')
				.length;
		await until(
			() => asked() > 0,
			() => 'no download',
		);
		const begun = Date.now();
		cancel();
		await result;
		expect(Date.now() - begun).toBeLessThan(10_000);
		expect(asked()).toBe(1);
	});

	it('does not use up the event for production', async () => {
		await host.activate();
		const result = host.tryOut();
		await until(
			() => streamsOpened() > 1,
			() => 'no second stream',
		);
		await context.sandbox.control.reply(ANA, { text: 'Both' });
		expect(await result).toHaveLength(1);
		await arrived(1);
	});
});
