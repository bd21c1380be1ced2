import { credentialFor } from '../../support/engine';
import { useSandbox } from '../../support/sandbox';
import { TriggerHost } from '../../support/triggerEngine';

const ANA = '+15550100123';
const BEN = '+15550100124';

const context = useSandbox({ timing: { webhookRetryMs: [1, 1] } });
let host: TriggerHost;

beforeEach(async () => {
	host = await TriggerHost.start({
		credential: credentialFor(context.sandbox),
		parameters: { events: ['message.received'] },
	});
	await host.activate();
});

afterEach(async () => {
	jest.restoreAllMocks();
	await host.close();
});

const texts = () => host.calls.flatMap(({ items }) => items).map(({ json }) => json.text);
const numbered = (count: number, name = 'Missed') =>
	Array.from({ length: count }, (_, index) => `${name} ${index}`);

async function reply(text: string, phone = ANA): Promise<void> {
	await context.sandbox.control.reply(phone, { text });
	await context.sandbox.control.idle();
	await host.idle();
}

/** n8n is killed, and starts again when Chert has given up. */
async function miss(messages: string[], { processes = 1, phone = ANA } = {}): Promise<void> {
	host.outage = { status: 503, times: Infinity };
	for (const text of messages) await reply(text, phone);
	host.outage = { status: 503, times: 0 };
	await host.restart({ processes });
}

const requests = () =>
	context.sandbox.control.requests().filter(({ route }) => route === 'events.list').length;

it('20 missed events are processed with the first one after a restart, in order, each once', async () => {
	await miss(numbered(20));
	await reply('New');
	expect(texts()).toEqual([...numbered(20), 'New']);
	await host.restart();
	await reply('Newer');
	expect(texts().slice(21)).toEqual(['Newer']);
});

it('each once also where two processes start at the same time', async () => {
	await miss(numbered(20), { processes: 2 });
	await Promise.all([
		context.sandbox.control.reply(ANA, { text: 'New 0' }),
		context.sandbox.control.reply(BEN, { text: 'New 1' }),
	]);
	await context.sandbox.control.idle();
	await host.idle();
	expect([...texts()].sort()).toEqual([...numbered(20), 'New 0', 'New 1'].sort());
	expect(requests()).toBe(2);
});

it('more than a page of them', async () => {
	await miss(numbered(230));
	await reply('New');
	expect(texts()).toEqual([...numbered(230), 'New']);
});

it('asks once in ten minutes', async () => {
	await reply('One');
	await reply('Two');
	expect(requests()).toBe(1);
	const now = Date.now;
	jest.spyOn(Date, 'now').mockImplementation(() => now() + 4 * 60_000);
	await reply('Three');
	expect(requests()).toBe(1);
});

it('finds what was missed since, by and by, without a restart', async () => {
	await reply('One');
	host.outage = { status: 503, times: 3 };
	await reply('Missed');
	await reply('Two');
	expect(texts()).toEqual(['One', 'Two']);
	const now = Date.now;
	jest.spyOn(Date, 'now').mockImplementation(() => now() + 11 * 60_000);
	await reply('Three');
	expect(texts()).toEqual(['One', 'Two', 'Missed', 'Three']);
});

const realNow = Date.now;

/** Moves the clock of all: n8n, Chert and the test. */
const passTime = (minutes: number) => {
	const aheadMs = Date.now() - realNow() + minutes * 60_000;
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs);
};

it('does not process an event again that the memory of processed events no longer has', async () => {
	await miss(['Missed']);
	await reply('One');
	for (const text of ['Two', 'Three']) {
		passTime(11);
		await reply(text);
	}
	host.forgetEvents();
	passTime(11);
	await reply('Four');
	await host.restart();
	await reply('Five');
	expect(texts()).toEqual(['Missed', 'One', 'Two', 'Three', 'Four', 'Five']);
});

it('reads the log from its last look on, also where nothing was missed', async () => {
	await reply('One');
	passTime(60);
	await reply('Two');
	passTime(60);
	await reply('Three');
	const since = context.sandbox.control
		.requests()
		.filter(({ route }) => route === 'events.list')
		.map(({ path }) => Date.parse(new URL(path, 'http://localhost').searchParams.get('since')!));
	expect(since).toHaveLength(3);
	expect(since[2] - since[1]).toBeGreaterThan(40 * 60_000);
});

it('stores how far it looked once a day, where nothing was missed', async () => {
	await reply('One');
	passTime(60);
	await reply('Two');
	expect(JSON.stringify(host.staticData)).not.toContain('caughtUpTo');
	passTime(24 * 60);
	await reply('Three');
	expect(JSON.stringify(host.staticData)).toContain('caughtUpTo');
});

it('stores how far it looked once a day, also where it looks every hour', async () => {
	const storedAfterHours: unknown[] = [];
	for (let hour = 0; hour < 52; hour++) {
		await reply(`Hour ${hour}`);
		const stored = JSON.stringify(host.staticData).split('caughtUpTo')[1];
		if (stored !== undefined && !storedAfterHours.includes(stored)) storedAfterHours.push(stored);
		passTime(60);
	}
	expect(storedAfterHours).toHaveLength(2);
});

it('keeps to the filters', async () => {
	await host.activate('production', {
		events: ['message.received'],
		options: { senders: BEN },
	});
	await miss(['From Ana']);
	await miss(['From Ben'], { phone: BEN });
	await reply('New', BEN);
	expect(texts()).toEqual(['From Ben', 'New']);
});

it('takes nothing from before the subscription', async () => {
	await miss(numbered(3, 'Old'));
	await host.deactivate();
	await host.activate();
	await reply('New');
	expect(texts()).toEqual(['New']);
});

it('takes nothing from while a person had stopped the workflow, where Chert could not be told', async () => {
	passTime(-60);
	await host.deactivate();
	await host.activate();
	context.sandbox.control.addFaults({ kind: 'notRetryable', code: 2005, status: 403 });
	await expect(host.deactivate()).rejects.toThrow('suspended');
	context.sandbox.control.clearFaults();
	await miss(['Old']);
	passTime(60);
	await host.activate();
	await reply('New');
	expect(texts()).toEqual(['New']);
});

it('takes what was missed while n8n was down, where n8n registers again at its start', async () => {
	await miss(['Missed']);
	await host.activate('production', undefined, 'init');
	await reply('New');
	expect(texts()).toEqual(['Missed', 'New']);
});

it('takes an event with the time of the subscription', async () => {
	await miss(['Missed']);
	const [{ created_at: createdAt }] = context.sandbox.control.eventRows();
	Object.assign(host.record(), { createdAt });
	await reply('New');
	expect(texts()).toEqual(['Missed', 'New']);
});

it('takes nothing that only another receiver missed', async () => {
	const other = await TriggerHost.start({
		credential: credentialFor(context.sandbox),
		parameters: { events: ['message.received'] },
	});
	await other.activate();
	other.outage = { status: 500, times: Infinity };
	await reply('Both');
	// As when it is forgotten here that the event was processed.
	await host.restart();
	await reply('New');
	expect(texts()).toEqual(['Both', 'New']);
	await other.close();
});

it('does not take the web page of a proxy for an empty log, and looks again', async () => {
	await miss(['Missed']);
	passTime(30);
	context.sandbox.control.addFaults({
		kind: 'html',
		status: 200,
		route: 'events.list',
		times: 1,
	});
	await reply('One');
	passTime(11);
	await reply('Two');
	expect(texts()).toEqual(['One', 'Missed', 'Two']);
});

it('can be switched off', async () => {
	await host.activate('production', {
		events: ['message.received'],
		options: { catchUp: false },
	});
	await miss(['Missed']);
	await reply('New');
	expect(texts()).toEqual(['New']);
	expect(requests()).toBe(0);
});

it.each([
	{ kind: 'notRetryable' as const, code: 2005, status: 403 },
	{ kind: 'notRetryable' as const, code: 2011, status: 404 },
	{ kind: 'html' as const, status: 502 },
	{ kind: 'html' as const, status: 200 },
	{ kind: 'cutBefore' as const },
])('does not harm the received event where the log cannot be read ($kind)', async (fault) => {
	await miss(['Missed']);
	context.sandbox.control.addFaults({ ...fault, route: 'events.list' });
	await reply('New');
	expect(texts()).toEqual(['New']);
});
