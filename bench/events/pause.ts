import { setTimeout as sleep } from 'node:timers/promises';

import { chertCredential } from '../../hosts/chertCredential';
import { until } from '../../hosts/ready';
import { seededRandom, startSandbox, type Sandbox } from '../../sandbox';
import { startBreakableN8n, type BreakableN8n } from '../breakableN8n';
import { CUT_OFF, idsByStatus, startRetry, workOf } from '../cutOffExecutions';
import { progress } from '../progress';
import { startCounter, type Counter } from './counter';
import { turnReportingWorkflow } from './workflows';

/** Someone else, who writes after each restart: then the trigger looks for what was left behind. */
const OTHER = '+15550190000';

const MESSAGES = 5;
const WRITING_MS = 3_000;
const SETTLED_TIMEOUT_MS = 10 * 60_000;
const LATE_TIMEOUT_MS = 60_000;
const EVENT = /"event_id":"([^"]+)"/;

export interface PauseOptions {
	/** People who write at once, five messages in three seconds each */
	chats: number;
	/** How often n8n is killed: once in each round, after one in which it is not */
	kills: number;
	/** Seconds */
	pause: number;
	seed: number;
}

/**
 * Lets people write several messages in a row while n8n is killed (SIGKILL) and started again: in the middle of their
 * messages, while executions wait for the pause, or while they continue. A person retries the executions that n8n lists
 * as crashed, where their message was not processed.
 */
export async function measurePause({ chats, kills, pause, seed }: PauseOptions) {
	const random = seededRandom(seed);
	const sandbox = await startSandbox({ recordBodies: false, logLimit: 1000 });
	const counter = await startCounter();
	const setup = await startBreakableN8n({ N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' });
	try {
		const credential = chertCredential(sandbox, { baseUrl: sandbox.apiUrl });
		const credentialId = await setup.rest().createCredential(credential);
		const workflowId = await setup
			.rest()
			.importWorkflow(turnReportingWorkflow('chertTrigger', credentialId, counter.url, pause));
		await setup.rest().activate(workflowId);
		const run = { setup, sandbox, counter, workflowId };

		const written = await write(sandbox, chats, random);
		await settle(run);
		// A busy n8n can still be storing executions of deliveries that Chert gave up.
		const isComplete = async () => lost(counter, written) === 0;
		await until(isComplete, { what: 'Every message', timeoutMs: LATE_TIMEOUT_MS }).catch(
			() => undefined,
		);
		const joined = written.filter((eventIds) => isOneItem(counter, eventIds)).length;
		const itemsWithoutKill = counter.calls.length;
		const crashed = new Set<string>();
		for (let round = 0; round < kills; round++) {
			const writing = write(sandbox, chats, random);
			await sleep(random() * (WRITING_MS + 1.5 * pause * 1000));
			await setup.endOne(round, 'kill');
			written.push(...(await writing));
			await sandbox.control.idle();
			await sandbox.control.reply(OTHER, { text: 'Hello' });
			await settle(run);
			for (const id of await idsByStatus(setup.rest(), workflowId, CUT_OFF)) crashed.add(id);
			progress(`${round + 1} of ${kills} kills`);
		}
		const lostBefore = lost(counter, written);
		const retried = await retryCrashed(run, [...crashed]);
		const eventIds = written.flat();
		const times = eventIds.map((eventId) => counter.work.get(eventId)?.length ?? 0);
		return {
			messages: eventIds.length,
			// Without a kill
			chats,
			chatsWithOneItem: joined,
			itemsWithoutKill,
			// Over all rounds
			kills,
			items: counter.calls.length,
			outOfOrder: counter.calls.filter((call) => !isInOrder(call, written)).length,
			crashed: crashed.size,
			lostWithoutRetry: lostBefore,
			retried,
			once: times.filter((count) => count === 1).length,
			twice: times.filter((count) => count > 1).length,
			lost: times.filter((count) => count === 0).length,
		};
	} finally {
		await setup.stop();
		await counter.close();
		await sandbox.close();
	}
}

interface Run {
	setup: BreakableN8n;
	sandbox: Sandbox;
	counter: Counter;
	workflowId: string;
}

/** @returns for each person the IDs of the events, in order */
async function write(sandbox: Sandbox, chats: number, random: () => number): Promise<string[][]> {
	const people = Array.from({ length: chats }, (_, index) => ({
		phone: `+1555010${String(index).padStart(4, '0')}`,
		times: Array.from({ length: MESSAGES }, () => random() * WRITING_MS).sort((a, b) => a - b),
	}));
	const started = performance.now();
	return await Promise.all(
		people.map(async ({ phone, times }) => {
			const eventIds: string[] = [];
			for (const [index, time] of times.entries()) {
				await sleep(Math.max(0, started + time - performance.now()));
				const { events } = await sandbox.control.reply(phone, { text: `Message ${index + 1}` });
				eventIds.push(events[0].event_id);
			}
			return eventIds;
		}),
	);
}

/** Resolves when all deliveries and executions have ended. */
async function settle({ setup, sandbox, workflowId }: Run): Promise<void> {
	await sandbox.control.idle();
	const isSettled = async () =>
		(await idsByStatus(setup.rest(), workflowId, ['new', 'running'])).length === 0;
	await until(isSettled, { what: 'The end of all executions', timeoutMs: SETTLED_TIMEOUT_MS });
}

async function retryCrashed(run: Run, crashed: string[]): Promise<number> {
	let retried = 0;
	for (const id of crashed) {
		const eventId = await workOf(run.setup.rest(), id, EVENT);
		if (eventId === undefined || run.counter.work.has(eventId)) continue;
		progress(`${++retried} executions retried`);
		startRetry(run.setup.rest(), id);
		// Until n8n has stored it as running.
		await sleep(500);
		await settle(run);
	}
	return retried;
}

const lost = ({ work }: Counter, written: string[][]) =>
	written.flat().filter((eventId) => !work.has(eventId)).length;

const isOneItem = ({ calls }: Counter, eventIds: string[]) =>
	calls.some((call) => call.join(' ') === eventIds.join(' '));

function isInOrder(call: string[], written: string[][]): boolean {
	const turn = written.find((eventIds) => eventIds.includes(call[0])) ?? call;
	const places = call.map((eventId) => turn.indexOf(eventId));
	return places.every((place, index) => index === 0 || place > places[index - 1]);
}
