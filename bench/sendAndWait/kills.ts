import { setTimeout as sleep } from 'node:timers/promises';

import type { INode } from 'n8n-workflow';

import { sign } from '../../nodes/shared/subscription/signature';
import { seededRandom, type EventRow, type SandboxMessage } from '../../sandbox';
import { CUT_OFF, idsByStatus, startRetry, workOf } from '../cutOffExecutions';
import type { Counter } from '../events/counter';
import { progress } from '../progress';
import { askOne, phoneOf, questionsAtChert, STRANGER, type Asking } from './asking';

/** Answers that n8n did not get are found in the event log within 10 minutes. */
const NO_PROGRESS_MS = 15 * 60_000;

const POLL_MS = 50;

/** How often a person looks for crashed executions. */
const OPERATOR_MS = 2_000;

/** A person reads and types. */
const MAX_THINKING_MS = 400;

const FORGED = 'forged';

/** The question that an execution asks, in the data that n8n stores. */
const QUESTION = /(Question-\d+)/;

export interface KillsOptions {
	questions: number;
	/** People who are asked side by side, each one question after the other */
	people: number;
	/** How often n8n is killed, and as often restarted gracefully */
	kills: number;
	seed: number;
}

/** The node that reports an answer, under the name of its question, to a counter. */
export function reportTo(counter: Counter): Pick<INode, 'type' | 'typeVersion' | 'parameters'> {
	const work = "$('Start').first().json.body.question + '|' + $json.data.text";
	return {
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			method: 'POST',
			url: `=${counter.url}/{{ encodeURIComponent(${work}) }}/{{ $execution.id }}`,
			options: {},
		},
	};
}

/**
 * Asks people one question after the other while n8n is killed and restarted. Each answer is delivered several times,
 * also when the next question is open, and other people's messages and forged calls come in between. A person retries
 * executions that n8n lists as crashed.
 */
export async function measureKills(asking: Asking, counter: Counter, options: KillsOptions) {
	const started = performance.now();
	const run = new KillsRun(asking, counter, options);
	await run.finish();
	const rows = [{ ...run.result(), seconds: Math.round((performance.now() - started) / 1000) }];
	const [{ questions, kills, once, twice, lost, 'let in': letIn }] = rows;
	const isMet = once === questions && twice + lost + letIn === 0 && kills === options.kills;
	return { rows, isMet };
}

class KillsRun {
	private readonly random: () => number;
	/** Questions that arrived at a phone */
	private readonly arrived = new Set<string>();
	private readonly answers: Array<Promise<void>> = [];
	/** What each person answered last, to be repeated later */
	private readonly lastAnswers = new Map<string, EventRow>();
	private readonly retried = new Set<string>();
	private outage: Promise<void> = Promise.resolve();
	private isOut = false;
	private isOver = false;
	private left: number;
	private named = 0;
	private phones = 0;
	private forged = 0;
	private repeated = 0;
	private readonly ends = { kill: 0, stop: 0 };

	constructor(
		private readonly asking: Asking,
		private readonly counter: Counter,
		private readonly options: KillsOptions,
	) {
		this.random = seededRandom(options.seed);
		this.left = options.questions;
	}

	async finish(): Promise<void> {
		const { sandbox } = this.asking;
		const onMessage = (message: SandboxMessage) => this.answers.push(this.answer(message));
		sandbox.events.on('message', onMessage);
		const background = [this.breakN8n(), this.operate(), this.watch()];
		try {
			const people = Array.from(
				{ length: this.options.people },
				async () => await this.askOneByOne(),
			);
			await Promise.all(people);
		} finally {
			this.isOver = true;
			await Promise.all(background);
			sandbox.events.off('message', onMessage);
			await Promise.all(this.answers);
			await sandbox.control.idle();
		}
	}

	result() {
		const work = [...this.arrived].map((question) => this.counter.work.get(keyOf(question)) ?? []);
		const expected = new Set([...this.arrived].map(keyOf));
		return {
			questions: this.arrived.size,
			kills: this.ends.kill,
			restarts: this.ends.stop,
			repeated: this.repeated,
			forged: this.forged,
			retried: this.retried.size,
			once: work.filter((executions) => executions.length === 1).length,
			twice: work.filter((executions) => executions.length > 1).length,
			lost: work.filter((executions) => executions.length === 0).length,
			'let in': [...this.counter.work.keys()].filter((key) => !expected.has(key)).length,
		};
	}

	private async askOneByOne(): Promise<void> {
		let phone = this.newPhone();
		while (this.left > 0 && !this.isOver) {
			const question = `Question-${++this.named}`;
			this.left--;
			try {
				await askOne(this.asking, phone, question);
				await this.untilDone(question);
			} catch {
				// n8n may have stored the execution nevertheless. Its question counts, and the next one goes to somebody else,
				// because a text answers the newest of two questions.
				this.left++;
				phone = this.newPhone();
				await this.outage;
				await sleep(POLL_MS);
			}
		}
	}

	private async untilDone(question: string): Promise<void> {
		while (!this.counter.work.has(keyOf(question)) && !this.isOver) await sleep(POLL_MS);
	}

	private newPhone(): string {
		return phoneOf(this.phones++);
	}

	/** A person answers each question that arrives. */
	private async answer({ recipients: [phone], text }: SandboxMessage): Promise<void> {
		this.arrived.add(text);
		await sleep(this.random() * MAX_THINKING_MS);
		await this.forge(phone);
		await this.repeat(this.lastAnswers.get(phone));
		const { events } = await this.asking.sandbox.control.reply(phone, { text: `Re:${text}` });
		this.lastAnswers.set(phone, events[0]);
		await this.repeat(events[0]);
	}

	/** Delivers an event again up to three times, at the same moment. */
	private async repeat(event: EventRow | undefined): Promise<void> {
		const times = Math.floor(this.random() * 4);
		if (event === undefined || times === 0) return;
		this.repeated += times;
		const { control } = this.asking.sandbox;
		await control.redeliver({ eventId: event.event_id, times, concurrency: times });
	}

	/** Somebody else tries to answer, in one of several ways. */
	private async forge(phone: string): Promise<void> {
		const { sandbox } = this.asking;
		this.forged++;
		const way = Math.floor(this.random() * 5);
		const { events } =
			way === 0
				? await sandbox.control.reply(STRANGER, { text: FORGED })
				: { events: sandbox.control.eventRows().slice(0, 1) };
		if (way === 0 || events.length === 0) return;
		const [route] = sandbox.control.subscriptions();
		const record = questionsAtChert(this.asking).find(({ url }) =>
			url.includes(encodeURIComponent(phone)),
		);
		const body = forgedBody(events[0], phone, this.forged);
		const signature = sign(Buffer.from(body), 'f'.repeat(64), Math.floor(Date.now() / 1000));
		if (way === 1) await post(route.url, body);
		if (way === 2) await post(route.url, body, { 'x-webhook-signature': signature });
		if (way === 3 && record)
			await post(record.url.replace(/signature=\w+/, `signature=${'0'.repeat(64)}`), body);
		if (way === 4 && record)
			await post(record.url.replace(/until=\d+/, 'until=9999999999999'), body);
	}

	/** Kills n8n, and restarts it gracefully, by turns, each time in the middle of the work. */
	private async breakN8n(): Promise<void> {
		const { questions, kills } = this.options;
		for (let round = 0; round < 2 * kills; round++) {
			const due = ((round + 1) * questions) / (2 * kills + 1);
			while (this.counter.work.size < due && !this.isOver) await sleep(POLL_MS);
			if (this.isOver) return;
			const end = round % 2 === 0 ? 'kill' : 'stop';
			this.isOut = true;
			this.outage = this.asking.n8n.endOne(Math.floor(round / 2), end);
			await this.outage;
			this.isOut = false;
			this.ends[end]++;
		}
	}

	/** Retries what n8n lists as crashed, unless its work was done. */
	private async operate(): Promise<void> {
		const { n8n, workflowId } = this.asking;
		while (!this.isOver) {
			await sleep(OPERATOR_MS);
			if (this.isOut) continue;
			try {
				for (const id of await idsByStatus(n8n.rest(), workflowId, CUT_OFF)) {
					if (this.retried.has(id)) continue;
					const question = await workOf(n8n.rest(), id, QUESTION);
					if (question === undefined || this.counter.work.has(keyOf(question))) continue;
					this.retried.add(id);
					startRetry(n8n.rest(), id);
				}
			} catch {
				// n8n went away meanwhile.
			}
		}
	}

	/** Ends the run when nothing happens any more. Somebody writes now and then, as in life. */
	private async watch(): Promise<void> {
		let done = 0;
		let changedAt = Date.now();
		for (let round = 0; !this.isOver; round++) {
			const { size } = this.counter.work;
			if (size !== done) changedAt = Date.now();
			done = size;
			const { kill, stop } = this.ends;
			progress(`${done} of ${this.options.questions} answers, ${kill} kills, ${stop} restarts`);
			if (Date.now() - changedAt > NO_PROGRESS_MS) this.isOver = true;
			if (round % 20 === 19) await this.asking.sandbox.control.reply(STRANGER, { text: 'Hello' });
			await sleep(500);
		}
		progress('');
	}
}

/** The name under which the counter has an answer. It takes names with spaces for several. */
const keyOf = (question: string) => `${question}|Re:${question}`;

/** What Chert would deliver if this person had written. */
function forgedBody({ payload }: EventRow, phone: string, number: number): string {
	const body = JSON.stringify(payload)
		.replaceAll(/\+1555\d{7}/g, phone)
		.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, new Date().toISOString())
		.replaceAll(/"(Hello|Re:[^"]*)"/g, `"${FORGED}"`);
	return body.replace(/"event_id":"[^"]*"/, `"event_id":"forged-${number}"`);
}

/** n8n may be down: then nobody can let it in. */
async function post(url: string, body: string, headers: Record<string, string> = {}) {
	await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body,
	}).then(
		async (response) => void (await response.arrayBuffer()),
		() => undefined,
	);
}
