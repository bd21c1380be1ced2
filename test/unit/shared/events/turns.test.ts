import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { readEvent } from '../../../../nodes/shared/events/envelope';
import { isOver, splitIntoTurns, toChatMessage } from '../../../../nodes/shared/events/turns';
import type { ChatMessage } from '../../../../nodes/shared/events/turns';
import { LINE, messageReceived } from '../../../support/triggerBodies';

const PAUSE = { pauseMs: 5_000, optOutWords: ['stop'] };
const START = Date.parse('2026-09-01T10:00:00.000Z');

const read = (body: IDataObject, createdAt?: number) => {
	const delivery = { body, arrivedAt: '2026-09-01T10:02:15.000Z' };
	return toChatMessage(delivery, readEvent(delivery), createdAt);
};

/** A message, at a time in seconds. */
const at = (seconds: number, text: string, chat = 'chat'): ChatMessage =>
	read(
		messageReceived({
			eventId: `${chat} ${seconds} ${text}`,
			chat: { id: chat },
			parts: [{ type: 'text', value: text }],
		}),
		START + seconds * 1000,
	)!;

const turnsOf = (...messages: ChatMessage[]) =>
	splitIntoTurns(messages, PAUSE).map((turn) => turn.messages.map(({ event }) => event.text));

describe('splitIntoTurns', () => {
	it.each<[string, ChatMessage[], string[][]]>([
		['none', [], []],
		['one message', [at(0, 'a')], [['a']]],
		['messages within the pause', [at(0, 'a'), at(4, 'b'), at(8, 'c')], [['a', 'b', 'c']]],
		['a message exactly at the end of the pause', [at(0, 'a'), at(5, 'b')], [['a', 'b']]],
		['a message after the pause', [at(0, 'a'), at(5.001, 'b')], [['a'], ['b']]],
		['messages in another order', [at(8, 'c'), at(0, 'a'), at(4, 'b')], [['a', 'b', 'c']]],
		['messages of the same instant', [at(0, 'a'), at(0, 'b')], [['a', 'b']]],
		[
			'two chats',
			[at(0, 'a'), at(1, 'x', 'other'), at(2, 'b'), at(3, 'y', 'other')],
			[
				['a', 'b'],
				['x', 'y'],
			],
		],
		[
			'an opt-out word between messages',
			[at(0, 'a'), at(1, 'Stop!'), at(2, 'b'), at(3, 'c')],
			[['a'], ['Stop!'], ['b', 'c']],
		],
		['two opt-out words', [at(0, 'stop'), at(0, 'STOP')], [['stop'], ['STOP']]],
	])('%s', (_name, messages, expected) => expect(turnsOf(...messages)).toEqual(expected));

	it('puts each message into one turn, in order, with gaps within the pause only', () => {
		const message = fc
			.tuple(fc.nat(60), fc.constantFrom('a', 'b', 'stop'), fc.constantFrom('1', '2'))
			.map(([seconds, text, chat]) => at(seconds, text, chat));
		fc.assert(
			fc.property(fc.array(message, { maxLength: 30 }), (messages) => {
				const turns = splitIntoTurns(messages, PAUSE);
				const ids = (list: ChatMessage[]) => list.map(({ event }) => event.eventId).sort();
				expect(ids(turns.flatMap((turn) => turn.messages))).toEqual(ids(messages));
				for (const turn of turns) {
					const times = turn.messages.map(({ createdAt }) => createdAt);
					const gaps = times.slice(1).map((time, index) => time - times[index]);
					expect(gaps.every((gap) => gap >= 0 && gap <= PAUSE.pauseMs)).toBe(true);
					expect(new Set(turn.messages.map(({ event }) => event.chatId)).size).toBe(1);
				}
			}),
			{ seed: 20261121 },
		);
	});
});

describe('isOver', () => {
	const [before, optOut] = splitIntoTurns([at(0, 'a'), at(1, 'stop')], PAUSE);
	const [open] = splitIntoTurns([at(0, 'a')], PAUSE);

	it.each([
		['before the end of the pause', open, 3_999, false],
		// Chert tells 4 s until its clock shows 5 s.
		['in the second in which the pause ends', open, 4_000, true],
		['a turn that an opt-out word ended', before, 1_000, true],
		['an opt-out word', optOut, 1_000, true],
	])('%s', (_name, turn, now, expected) => expect(isOver(turn, START + now)).toBe(expected));
});

describe('toChatMessage', () => {
	it.each<[string, IDataObject]>([
		['another event', { ...messageReceived(), event: 'reaction.added' }],
		['a message from an own line', messageReceived({ message: { sender_handle: LINE } })],
		['a message without a chat', messageReceived({ chat: { id: undefined } })],
	])('leaves out %s', (_name, body) => expect(read(body)).toBeUndefined());

	it('takes the time from the event log, else from the delivery, else when it arrived', () => {
		const timeOf = (body: IDataObject, createdAt?: number) => read(body, createdAt)?.createdAt;
		expect(timeOf(messageReceived(), 5)).toBe(5);
		expect(timeOf(messageReceived())).toBe(Date.parse('2026-09-01T10:02:11.000Z'));
		expect(timeOf({ ...messageReceived(), timestamp: 'soon' })).toBe(
			Date.parse('2026-09-01T10:02:15.000Z'),
		);
	});
});
