import {
	createBody,
	findSuccessors,
	planRepair,
	readRecord,
	readSubscription,
	readSubscriptions,
} from '../../../../nodes/shared/subscription/subscription';
import type {
	RemoteSubscription,
	Repair,
	SubscriptionRecord,
} from '../../../../nodes/shared/subscription/subscription';

const WANTED = {
	url: 'https://n8n.example.com/webhook/1/webhook',
	events: ['message.received'],
	instanceId: 'n8n-1',
};
const RECORD: SubscriptionRecord = {
	id: 'sub-1',
	secret: 's',
	url: WANTED.url,
	instanceId: 'n8n-1',
	createdAt: '2026-09-01T10:00:00.000Z',
};
const REMOTE: RemoteSubscription = {
	id: 'sub-1',
	url: WANTED.url,
	events: ['message.received'],
	isActive: true,
};

describe('planRepair', () => {
	it.each<
		[string, SubscriptionRecord | undefined, RemoteSubscription | undefined, typeof WANTED, Repair]
	>([
		['all is well', RECORD, REMOTE, WANTED, { do: 'nothing' }],
		['Chert shows nothing but the id', RECORD, { id: 'sub-1' }, WANTED, { do: 'nothing' }],
		['nothing was kept', undefined, undefined, WANTED, { do: 'create' }],
		['it is gone', RECORD, undefined, WANTED, { do: 'create' }],
		[
			'it came with a copy from another n8n',
			{ ...RECORD, instanceId: 'n8n-2' },
			REMOTE,
			WANTED,
			{ do: 'create' },
		],
		['the secret was lost', { ...RECORD, secret: undefined }, REMOTE, WANTED, { do: 'replace' }],
		[
			'it is paused',
			RECORD,
			{ ...REMOTE, isActive: false },
			WANTED,
			{ do: 'update', changes: { is_active: true } },
		],
		[
			'its URL was changed',
			RECORD,
			{ ...REMOTE, url: 'https://else.example' },
			WANTED,
			{ do: 'update', changes: { url: WANTED.url } },
		],
		[
			'n8n moved, or is a copy at another address',
			RECORD,
			REMOTE,
			{ ...WANTED, url: 'https://new.example' },
			{ do: 'create' },
		],
		[
			'its events were changed',
			RECORD,
			{ ...REMOTE, events: ['lead_reply'] },
			WANTED,
			{ do: 'update', changes: { events: ['message.received'] } },
		],
		[
			'more events are wanted',
			RECORD,
			REMOTE,
			{ ...WANTED, events: ['*'] },
			{ do: 'update', changes: { events: [] } },
		],
		[
			'all are wanted and sent',
			RECORD,
			{ ...REMOTE, events: [] },
			{ ...WANTED, events: ['*'] },
			{ do: 'nothing' },
		],
		[
			'its events stand in another order',
			RECORD,
			{ ...REMOTE, events: ['b', 'a'] },
			{ ...WANTED, events: ['a', 'b'] },
			{ do: 'nothing' },
		],
		[
			'everything drifted',
			RECORD,
			{ url: 'https://else.example', events: [], isActive: false },
			WANTED,
			{ do: 'update', changes: { url: WANTED.url, events: ['message.received'], is_active: true } },
		],
	])('%s', (_case, record, remote, wanted, expected) => {
		expect(planRepair(record, remote, wanted)).toEqual(expected);
	});
});

describe('findSuccessors', () => {
	const later = '2026-09-01T11:00:00.000Z';
	it.each<[string, RemoteSubscription, string[]]>([
		['a younger one like ours', { ...REMOTE, id: 'new', createdAt: later }, ['new']],
		[
			'one of the same second',
			{ ...REMOTE, id: 'new', createdAt: '2026-09-01T10:00:00Z' },
			['new'],
		],
		['the stored one', { ...REMOTE, createdAt: later }, []],
		['one that is older', { ...REMOTE, id: 'old', createdAt: '2026-09-01T09:00:00.000Z' }, []],
		['one without a time', { ...REMOTE, id: 'new' }, []],
		['one of other events', { ...REMOTE, id: 'new', events: ['lead_reply'], createdAt: later }, []],
		[
			'one of another URL',
			{ ...REMOTE, id: 'new', url: 'https://else.example', createdAt: later },
			[],
		],
	])('%s', (_what, remote, expected) => {
		expect(findSuccessors(RECORD, [remote], WANTED)).toEqual(expected);
	});
});

describe('readSubscription', () => {
	const inner = { id: 'sub-1', url: WANTED.url, events: ['a'], is_active: true, secret: 's' };
	const read = { id: 'sub-1', url: WANTED.url, events: ['a'], isActive: true, secret: 's' };

	it.each([
		['as documented', { subscription: inner }, read],
		['bare', inner, read],
		['under data', { data: inner }, read],
		['under its long name', { webhook_subscription: inner }, read],
		[
			'as the sample app has it',
			{ id: 'sub-1', webhook_secret: 's' },
			{ id: 'sub-1', secret: 's' },
		],
		['events null for all', { ...inner, events: null }, { ...read, events: [] }],
		['empty', '', {}],
		['nothing', undefined, {}],
	])('%s', (_shape, body, expected) => {
		expect(readSubscription(body)).toEqual(expected);
	});
});

it.each([
	['as documented', { subscriptions: [{ id: 'a' }] }, ['a']],
	['under its long name', { webhook_subscriptions: [{ id: 'a' }, { id: 'b' }] }, ['a', 'b']],
	['under data', { data: [{ id: 'a' }] }, ['a']],
	['bare', [{ id: 'a' }], ['a']],
	['empty', '', []],
	['nothing', undefined, []],
])('reads the list %s', (_shape, body, ids) => {
	expect(readSubscriptions(body).map(({ id }) => id)).toEqual(ids);
});

it('asks for all events by naming none', () => {
	expect(createBody({ ...WANTED, events: ['message.received', '*'] })).toEqual({ url: WANTED.url });
	expect(createBody(WANTED)).toEqual({ url: WANTED.url, events: ['message.received'] });
});

it.each([{}, { subscription: 'x' }, { subscription: {} }, { subscription: { id: '' } }])(
	'takes %j for no record',
	(staticData) => {
		expect(readRecord(staticData as never)).toBeUndefined();
	},
);

it.each([
	[['message.received'], ['message.received', 'reaction.added']],
	[['message.received', 'reaction.added'], ['message.received']],
	[['message.received'], ['*']],
])('a subscription to %j is changed where %j are wanted', (events, wanted) => {
	const repair = planRepair(
		RECORD,
		{ id: 'sub-1', url: WANTED.url, events },
		{ ...WANTED, events: wanted },
	);
	expect(repair).toEqual({ do: 'update', changes: { events: wanted.includes('*') ? [] : wanted } });
});
