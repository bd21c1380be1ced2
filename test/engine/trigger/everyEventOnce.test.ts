import fc from 'fast-check';

import { BACKOFF } from '../../../nodes/shared/retry';
import { credentialFor } from '../../support/engine';
import { useSandbox } from '../../support/sandbox';
import { TriggerHost } from '../../support/triggerEngine';
import { StreamHost } from '../../support/triggerStream';
import { until } from '../../support/until';

/** Another one for other cases; a failing one is in the output of fast-check. */
const SEED = Number(process.env.CHERT_SEED ?? 20261121);
const ANA = '+15550100123';
const BEN = '+15550100124';
/** As many as the steps below can use: each text is sent once. */
const OPT_OUT_WORDS = Array.from({ length: 20 }, (_, index) => `stop ${index}`).join(', ');

const context = useSandbox({
	timing: { webhookRetryMs: [1, 1], sseLifetimeMs: 1_100, sseHeartbeatMs: 100 },
});

const sorted = (texts: unknown[]) => [...texts].map(String).sort();
const textsOf = (items: Array<{ json: { text?: unknown } }>) => items.map(({ json }) => json.text);

describe('the webhook trigger processes every event once', () => {
	const STEPS = [
		'message',
		'repeats',
		'downOnce',
		'downFor',
		'restart',
		'twoProcesses',
		'publish',
		'staleRecord',
	] as const;
	type Step = (typeof STEPS)[number];

	async function play(steps: Step[]): Promise<{ sent: string[]; processed: unknown[] }> {
		const host = await TriggerHost.start({
			credential: credentialFor(context.sandbox),
			parameters: { events: ['message.received'] },
		});
		await host.activate();
		const sent: string[] = [];
		let isMissed = false;
		const settle = async () => {
			await context.sandbox.control.idle();
			await host.idle();
		};
		const message = async () => {
			sent.push(`Message ${sent.length}`);
			const { events } = await context.sandbox.control.reply(ANA, { text: sent.at(-1) });
			await settle();
			return events[0].event_id;
		};
		const catchUp = async (processes = 1) => {
			await host.restart({ processes });
			await message();
			isMissed = false;
		};
		const doStep: Record<Step, () => Promise<unknown>> = {
			message,
			repeats: async () => {
				const eventId = await message();
				await context.sandbox.control.redeliver({ eventId, times: 6, concurrency: 3 });
				await settle();
			},
			downOnce: async () => {
				host.outage = { status: 500, times: 2 };
				await message();
			},
			downFor: async () => {
				host.outage = { status: 503, times: 9 };
				for (let count = 0; count < 3; count++) await message();
				isMissed = true;
			},
			restart: async () => await host.restart(),
			twoProcesses: async () => await host.restart({ processes: 2 }),
			// Events from before a subscription are not its own: those that were missed come first.
			publish: async () => {
				if (isMissed) await catchUp();
				await host.deactivate();
				await host.activate();
			},
			staleRecord: async () => {
				if (isMissed) await catchUp();
				const before = structuredClone(host.staticData.production);
				await host.deactivate();
				await host.activate();
				host.staticData.production = before;
				await message();
			},
		};
		try {
			for (const step of steps) await doStep[step]();
			await catchUp(2);
			expect(context.sandbox.control.subscriptions()).toHaveLength(1);
			return { sent, processed: textsOf(host.calls.flatMap(({ items }) => items)) };
		} finally {
			await host.close();
			context.sandbox.control.reset();
		}
	}

	it('over random messages, repeats, outages, restarts, publishing and two processes', async () => {
		let events = 0;
		const property = fc.asyncProperty(
			fc.array(fc.constantFrom(...STEPS), { minLength: 3, maxLength: 8 }),
			async (steps) => {
				const { sent, processed } = await play(steps);
				events += sent.length;
				expect(sorted(processed)).toEqual(sorted(sent));
			},
		);
		const runs = 12;
		await fc.assert(property, { seed: SEED, numRuns: runs, endOnFailure: true });
		process.stdout.write(
			`webhook trigger: seed ${SEED}, ${runs} runs, ${events} events, each once\n`,
		);
	}, 120_000);
});

describe('the webhook trigger with a pause puts every message into one item', () => {
	const PAUSE_SECONDS = 0.5;
	const STEPS = ['message', 'other', 'optOut', 'repeats', 'pause', 'kill', 'downFor'] as const;
	type Step = (typeof STEPS)[number];

	/** @returns for each chat what was written, and what was put out, in order */
	async function play(steps: Step[], processes: number) {
		const host = await TriggerHost.start({
			credential: credentialFor(context.sandbox),
			parameters: {
				events: ['message.received'],
				options: { waitForPause: PAUSE_SECONDS, optOutWords: OPT_OUT_WORDS },
			},
		});
		await host.activate();
		await host.restart({ processes });
		const sent = new Map<string, string[]>([
			[ANA, []],
			[BEN, []],
		]);
		const write = async (phone: string, text?: string) => {
			const texts = sent.get(phone)!;
			texts.push(text ?? `Message ${texts.length}`);
			const { events } = await context.sandbox.control.reply(phone, { text: texts.at(-1) });
			await context.sandbox.control.idle();
			return events[0].event_id;
		};
		const settle = async () => {
			await context.sandbox.control.idle();
			await host.idle();
		};
		const doStep: Record<Step, () => Promise<unknown>> = {
			message: async () => await write(ANA),
			other: async () => await write(BEN),
			optOut: async () => await write(ANA, `stop ${sent.get(ANA)!.length}`),
			repeats: async () => {
				const eventId = await write(ANA);
				await context.sandbox.control.redeliver({ eventId, times: 4, concurrency: 2 });
			},
			pause: settle,
			kill: async () => await host.kill({ processes }),
			downFor: async () => {
				host.outage = { status: 503, times: 6 };
				await write(ANA);
				await write(BEN);
				host.outage = { status: 503, times: 0 };
			},
		};
		try {
			for (const step of steps) await doStep[step]();
			// After a start, each chat gets its items, no matter which chat's message comes first.
			await settle();
			await host.restart({ processes: 1 });
			await write(BEN);
			await settle();
			const items = host.calls.flatMap((call) => call.items);
			const put = (phone: string) =>
				items.filter(({ json }) => json.from === phone).map(({ json }) => String(json.text));
			return [ANA, BEN].map((phone) => ({
				sent: sent.get(phone)!,
				put: put(phone).flatMap((text) => text.split('\n')),
			}));
		} finally {
			await host.close();
			context.sandbox.control.reset();
		}
	}

	it('over random messages, opt-outs, repeats, pauses, kills and outages, on one and two processes', async () => {
		let messages = 0;
		const property = fc.asyncProperty(
			fc.array(fc.constantFrom(...STEPS), { minLength: 3, maxLength: 8 }),
			fc.constantFrom(1, 2),
			async (steps, processes) => {
				for (const { sent, put } of await play(steps, processes)) {
					messages += sent.length;
					expect(sorted(put)).toEqual(sorted(sent));
				}
			},
		);
		const runs = 10;
		await fc.assert(property, { seed: SEED, numRuns: runs, endOnFailure: true });
		process.stdout.write(
			`webhook trigger with a pause: seed ${SEED}, ${runs} runs, ${messages} messages, each once\n`,
		);
	}, 120_000);
});

describe('the stream trigger processes every event once', () => {
	const STEPS = ['message', 'burst', 'filtered', 'kill', 'publish', 'notStored', 'fault'] as const;
	type Step = (typeof STEPS)[number];

	async function play(steps: Step[]): Promise<{ sent: string[]; processed: unknown[] }> {
		const host = new StreamHost(credentialFor(context.sandbox), {
			events: ['message.received'],
			options: { senders: ANA },
		});
		await host.activate();
		const sent: string[] = [];
		const message = async () => {
			sent.push(`Message ${sent.length}`);
			await context.sandbox.control.reply(ANA, { text: sent.at(-1) });
		};
		const doStep: Record<Step, () => Promise<unknown> | void> = {
			message,
			burst: async () => await Promise.all([message(), message(), message()]),
			filtered: async () =>
				await context.sandbox.control.reply(BEN, { text: 'Not for this workflow' }),
			kill: async () => {
				await host.kill();
				await message();
				await host.activate('init');
			},
			publish: async () => {
				await host.deactivate();
				await message();
				await host.activate('update');
			},
			notStored: () => void host.failuresToStore++,
			fault: () =>
				void context.sandbox.control.addFaults({
					kind: 'cutMidBody',
					route: 'events.list',
					times: 1,
				}),
		};
		try {
			for (const step of steps) await doStep[step]();
			await message();
			await until(
				() => new Set(textsOf(host.items)).size >= sent.length,
				() => `${host.items.length} of ${sent.length} events, steps ${steps.join(', ')}`,
			);
			await host.idle();
			return { sent, processed: textsOf(host.items) };
		} finally {
			await host.deactivate();
			await host.idle();
			context.sandbox.control.reset();
			context.sandbox.control.clearFaults();
		}
	}

	it('over random messages, filtered ones, kills, publishing and faults', async () => {
		const quick = jest.replaceProperty(BACKOFF, 'firstMs', 20);
		let events = 0;
		const property = fc.asyncProperty(
			fc.array(fc.constantFrom(...STEPS), { minLength: 3, maxLength: 10 }),
			async (steps) => {
				const { sent, processed } = await play(steps);
				events += sent.length;
				expect(sorted(processed)).toEqual(sorted(sent));
			},
		);
		const runs = 20;
		await fc.assert(property, { seed: SEED, numRuns: runs, endOnFailure: true });
		quick.restore();
		process.stdout.write(
			`stream trigger: seed ${SEED}, ${runs} runs, ${events} events, each once\n`,
		);
	}, 120_000);
});
