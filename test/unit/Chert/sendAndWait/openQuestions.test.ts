import { readEvent } from '../../../../nodes/shared/events/envelope';
import {
	findOpenQuestions,
	questionsFor,
	questionsForRepeat,
	questionsOfRoute,
	routeOf,
} from '../../../../nodes/Chert/sendAndWait/openQuestions';
import {
	parseQuestionRecord,
	recordParameters,
	toAnsweredUrl,
	toInstanceMark,
	toNotedUrl,
	toRouteUrl,
	type ListedSubscription,
} from '../../../../nodes/Chert/sendAndWait/record';
import type { Respondents } from '../../../../nodes/Chert/sendAndWait/respondents';

const NOW = 1_000_000;
const OURS = toInstanceMark('our n8n');
const ANA = '+15550100123';

interface RecordChanges {
	id?: string;
	mark?: string;
	node?: string;
	respondents?: Respondents;
	askedAt?: number;
	expiresAt?: number;
}

function recordOf({
	id = 'q1',
	mark = OURS,
	node = 'node 1',
	...changes
}: RecordChanges): ListedSubscription {
	const url = new URL(`https://n8n.example/base/webhook-waiting/7/${encodeURIComponent(node)}`);
	const parameters = recordParameters(mark, '2', {
		workflowId: 'w1',
		respondents: { phone: ANA, approvers: [] },
		askedAt: NOW - 10,
		expiresAt: NOW + 10,
		isRelayed: true,
		...changes,
	});
	for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
	url.searchParams.set('signature', 'a'.repeat(64));
	return { id, url: url.href, isActive: false };
}

const routeRecord = (id: string, nodeId: string, isActive = true): ListedSubscription => ({
	id,
	url: toRouteUrl('https://n8n.example/webhook/x/answers', OURS, { workflowId: 'w1', nodeId }),
	isActive,
});

const textFrom = (handle: string, chatId = 'chat-1', isGroup = false) =>
	readEvent({
		body: {
			event: 'message.received',
			data: {
				chat: { id: chatId, is_group: isGroup },
				message: { sender_handle: { handle }, parts: [{ type: 'text', value: 'yes' }] },
			},
		},
		arrivedAt: '2030-01-01T00:00:00Z',
	});

describe('record of a question', () => {
	it('is read back from its URL', () => {
		const respondents = { chatId: 'ch_1', approvers: [ANA, 'ana@example.com'] };
		const subscription = recordOf({ respondents });
		expect(parseQuestionRecord(subscription, OURS)).toEqual({
			subscriptionId: 'q1',
			url: subscription.url,
			workflowId: 'w1',
			nodeId: 'node 1',
			respondents: { phone: undefined, ...respondents },
			askedAt: NOW - 10,
			expiresAt: NOW + 10,
			isRelayed: true,
			events: [],
			isAnswered: false,
		});
	});

	it('keeps its signed URL while messages are noted in it', () => {
		const respondents = { chatId: 'ch 1', approvers: [ANA, 'ana@example.com'] };
		const { id, url = '' } = recordOf({ respondents });
		const noted = toNotedUrl(url, ['chert:msg:1', 'chert:msg:2']);
		expect(parseQuestionRecord({ id, url: noted }, OURS)).toMatchObject({
			url,
			events: ['chert:msg:1', 'chert:msg:2'],
			isAnswered: false,
		});
	});

	it('does not grow with every message', () => {
		const { id, url = '' } = recordOf({});
		const events = Array.from({ length: 1_000 }, (_, index) => `chert:msg:${index}`);
		const noted = toNotedUrl(url, events);
		expect(noted.length).toBeLessThan(2_000);
		expect(parseQuestionRecord({ id, url: noted }, OURS)?.events.at(-1)).toBe('chert:msg:999');
	});

	it.each<[string, ListedSubscription]>([
		['of another n8n', recordOf({ mark: toInstanceMark('another') })],
		['of a trigger', { id: 't', url: 'https://n8n.example/webhook/x/webhook' }],
		['of the dev inbox', { id: 'd', url: 'https://dev-inbox' }],
		['without a URL', { id: 'u' }],
		['without an ID', { ...recordOf({}), id: undefined }],
		['of a route', routeRecord('r', 'node 1')],
		['with a URL that is none', { id: 'x', url: 'no url' }],
	])('is no subscription %s', (_what, subscription) => {
		expect(parseQuestionRecord(subscription, OURS)).toBeUndefined();
	});
});

describe('open questions', () => {
	it('are told apart from expired ones, routes, and what is not ours', () => {
		const found = findOpenQuestions(
			[
				recordOf({ id: 'open' }),
				recordOf({ id: 'expired', expiresAt: NOW }),
				recordOf({ id: 'foreign', mark: toInstanceMark('another'), expiresAt: 1 }),
				routeRecord('route', 'node 1'),
				routeRecord('off', 'node 1', false),
				{ id: 'trigger', url: 'https://n8n.example/webhook/x/webhook' },
			],
			OURS,
			NOW,
		);
		expect(found.questions.map(({ subscriptionId }) => subscriptionId)).toEqual(['open']);
		expect(found.expired.map(({ subscriptionId }) => subscriptionId)).toEqual(['expired']);
		expect(found.routes).toEqual([
			{ subscriptionId: 'route', url: expect.any(String), workflowId: 'w1', nodeId: 'node 1' },
		]);
	});

	it('for an event are those of the person or chat, the newest first', () => {
		const { questions } = findOpenQuestions(
			[
				recordOf({ id: 'older', askedAt: 1 }),
				recordOf({ id: 'newer', askedAt: 2 }),
				recordOf({
					id: 'other',
					respondents: { phone: '+15550100124', approvers: [] },
					askedAt: 3,
				}),
				recordOf({ id: 'group', respondents: { chatId: 'chat-9', approvers: [] }, askedAt: 4 }),
			],
			OURS,
			NOW,
		);
		const idsFor = (event: ReturnType<typeof textFrom>) =>
			questionsFor(event, questions).map(({ subscriptionId }) => subscriptionId);
		expect(idsFor(textFrom(ANA))).toEqual(['newer', 'older']);
		expect(idsFor(textFrom(ANA, 'chat-9', true))).toEqual(['group']);
		expect(idsFor(textFrom('+15550100999'))).toEqual([]);
	});

	it('do not include answered ones, whose messages are known until their time is over', () => {
		const answered = (id: string, event: string, expiresAt: number) => ({
			id,
			url: toAnsweredUrl(recordOf({}).url ?? '', [event], expiresAt),
		});
		const found = findOpenQuestions(
			[answered('q1', 'chert:msg:1', NOW + 1), answered('q2', 'chert:msg:2', NOW)],
			OURS,
			NOW,
		);
		expect(found.questions).toEqual([]);
		expect([...found.answeredBy]).toEqual(['chert:msg:1']);
		expect(found.expired.map(({ subscriptionId }) => subscriptionId)).toEqual(['q2']);
	});

	it.each([
		['that is new', 'chert:msg:9', ['newest', 'noted', 'oldest']],
		['without an ID', null, ['newest', 'noted', 'oldest']],
		['that was passed on to one of them', 'chert:msg:1', ['noted', 'oldest']],
	])('for a message %s', (_what, eventId, expected) => {
		const { url = '' } = recordOf({ askedAt: 2 });
		const { questions } = findOpenQuestions(
			[
				recordOf({ id: 'newest', askedAt: 3 }),
				{ id: 'noted', url: toNotedUrl(url, ['chert:msg:1']) },
				recordOf({ id: 'oldest', askedAt: 1 }),
			],
			OURS,
			NOW,
		);
		const left = questionsForRepeat(eventId, questions);
		expect(left.map(({ subscriptionId }) => subscriptionId)).toEqual(expected);
	});

	it('are passed on by the route of their node, else by exactly one other', () => {
		const { questions, routes } = findOpenQuestions(
			[
				recordOf({ id: 'q1', node: 'node 1' }),
				recordOf({ id: 'q2', node: 'unpublished' }),
				routeRecord('r9', 'node 1'),
				routeRecord('r2', 'node 2'),
			],
			OURS,
			NOW,
		);
		expect(questions.map((question) => routeOf(question, routes)?.subscriptionId)).toEqual([
			'r9',
			'r2',
		]);
		expect(routeOf(questions[0], [])).toBeUndefined();
	});

	describe('of two nodes to one person', () => {
		const { url = '' } = recordOf({ id: 'older', node: 'node 2', askedAt: 1 });
		const route1 = routeRecord('r1', 'node 1');
		const route2 = routeRecord('r2', 'node 2');
		const tapback = { ...textFrom(ANA), name: 'reaction.added' };

		/** What each route passes an event on to. */
		const passedOn = (event: ReturnType<typeof textFrom>, notedInOlder: string[] = []) => {
			const newer = recordOf({ id: 'newer', node: 'node 1', askedAt: 2 });
			const older = { id: 'older', url: toNotedUrl(url, notedInOlder) };
			const found = findOpenQuestions([newer, older, route1, route2], OURS, NOW);
			const questions = questionsFor(event, found.questions);
			return ['r1', 'r2'].map((id) =>
				questionsOfRoute(event, questions, found.routes, id).map(
					({ subscriptionId }) => subscriptionId,
				),
			);
		};

		it('get a message from the route of the newest one only', () => {
			expect(passedOn(textFrom(ANA))).toEqual([['newer', 'older'], []]);
		});

		it('get a tapback from the route of each', () => {
			expect(passedOn(tapback)).toEqual([['newer'], ['older']]);
		});

		it('get a repeat from both routes, because either can have passed the message on', () => {
			const message = { ...textFrom(ANA), eventId: 'chert:msg:1' };
			expect(passedOn(message, ['chert:msg:1'])).toEqual([['older'], ['older']]);
		});
	});
});
