import type { OnError } from 'n8n-workflow';

import { BACKOFF } from '../../nodes/shared/retry';
import { FAULT_KINDS, startSandbox, type FaultKind, type FaultRule } from '../../sandbox';
import { file } from '../support/action';
import { credentialFor, runChert, type RunResult } from '../support/engine';
import { itHasEveryOperation, OPERATION_CASES } from '../support/operationCases';
import { useReceiver } from '../support/receiver';
import { Samples } from '../support/samples';
import { until } from '../support/until';

const receiver = useReceiver();

/** Cases that run side by side, most of them waiting: each has its own sandbox. Slow ones need a quick machine. */
const SIDE_BY_SIDE = 32;
const SLOW_SIDE_BY_SIDE = 8;

/** The timeout of each request in a case with slow responses. */
const TIMEOUT_MS = 400;
/** A response that is too slow for the first attempt only, and one that is too slow for all attempts together. */
const SLOW_MS = { once: 600, lasting: 2500 };

/** Kinds that say that nothing was done, so that anything may be repeated. */
const NOTHING_DONE: FaultKind[] = ['rateLimit', 'saturated'];
/** Kinds that come after the work. */
const AFTER_THE_WORK: FaultKind[] = ['slow', 'cutAfter', 'cutMidBody'];

interface Case {
	kind: FaultKind;
	operation: string;
	onError: OnError;
	retryOnFail: boolean;
	/** How often it goes wrong: one time, or each time. */
	lasting: boolean;
}

/**
 * Operations that run under every setting, one for each kind of repetition and one that uploads: the settings concern
 * the executor, which treats operations of a kind alike. The others run under one setting.
 */
const UNDER_EVERY_SETTING = [
	'attachment.get',
	'attachment.upload',
	'message.react',
	'message.send',
];

const SETTINGS: Array<Pick<Case, 'onError' | 'retryOnFail'>> = (
	['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const
).flatMap((onError) => [false, true].map((retryOnFail) => ({ onError, retryOnFail })));

const casesOf = (kind: FaultKind): Case[] =>
	Object.keys(OPERATION_CASES).flatMap((operation) => {
		const settings = UNDER_EVERY_SETTING.includes(operation) ? SETTINGS : SETTINGS.slice(-2, -1);
		return settings.flatMap((setting) =>
			[false, true].map((lasting) => ({ kind, operation, lasting, ...setting })),
		);
	});

/** What must come of a case, by the rules of the API and not by the node's code. */
function expected({ kind, operation, retryOnFail, lasting }: Case): {
	succeeds: boolean;
	done: { least: number; most: number };
} {
	const { repeat } = OPERATION_CASES[operation];
	// A PUT takes as long as it takes: the time limit of the Request Options is not for files.
	if (kind === 'slow' && operation === 'attachment.upload')
		return { succeeds: true, done: exactly(1) };
	// The work was done, or may have been: nobody but a person may have it done again where there is no key.
	const isUnknown = kind !== 'notRetryable' && !NOTHING_DONE.includes(kind);
	const mayRepeat = repeat !== 'none' || !isUnknown;
	const succeeds = !lasting && mayRepeat && (kind !== 'notRetryable' || retryOnFail);
	if (repeat === 'safe') return { succeeds, done: { least: succeeds ? 1 : 0, most: Infinity } };
	return { succeeds, done: exactly(succeeds || AFTER_THE_WORK.includes(kind) ? 1 : 0) };
}

const exactly = (times: number) => ({ least: times, most: times });

function fault({ kind, operation, lasting }: Case): FaultRule {
	return {
		kind,
		route: OPERATION_CASES[operation].route,
		...(!lasting && { times: 1 }),
		...(NOTHING_DONE.includes(kind) && { retryAfter: 0.01 }),
		...(kind === 'slow' && { delayMs: lasting ? SLOW_MS.lasting : SLOW_MS.once }),
	};
}

function outcome({ items, errors, error }: RunResult): string {
	if (error) return 'stopped';
	if (errors.length > 0) return 'error output';
	return items[0]?.json.error ? 'error item' : 'sent';
}

const FAILED: Record<string, string> = {
	stopWorkflow: 'stopped',
	continueRegularOutput: 'error item',
	continueErrorOutput: 'error output',
};

/** Runs one case on its own sandbox; returns what is wrong, if anything. */
async function run(one: Case): Promise<string[]> {
	const { operation, onError, retryOnFail, kind, lasting } = one;
	const { parameters, timesDone } = OPERATION_CASES[operation];
	const sandbox = await startSandbox({ recordBodies: false });
	const valid = await parameters(new Samples(sandbox, receiver));
	const before = timesDone(sandbox);
	sandbox.control.addFaults(fault(one));
	const [resource, name] = operation.split('.');
	const result = await runChert(
		{
			resource,
			operation: name,
			...valid,
			// A busy machine can be too slow for the second attempt as well.
			options: { maxRetries: kind === 'slow' && !lasting ? 3 : 1 },
			...(kind === 'slow' && { requestOptions: { timeout: TIMEOUT_MS } }),
		},
		{
			credential: credentialFor(sandbox),
			items: [{ binary: file('data') }],
			onError,
			retryOnFail,
			maxTries: 2,
		},
	);
	// Work that nobody waits for any more is done all the same.
	if (kind === 'slow')
		await until(() => sandbox.control.requests().every(({ status }) => status !== null));
	const times = timesDone(sandbox) - before;
	const leaked = JSON.stringify([result.items, result.errors, result.error]).includes(
		sandbox.signingSecret,
	);
	await sandbox.close();

	const { succeeds, done: allowed } = expected(one);
	const wrong: string[] = [];
	const wanted = succeeds ? 'sent' : FAILED[onError];
	if (outcome(result) !== wanted) wrong.push(`${outcome(result)} instead of ${wanted}`);
	if (times < allowed.least || times > allowed.most)
		wrong.push(`done ${times} times, allowed: ${allowed.least} to ${allowed.most}`);
	if (leaked) wrong.push('the secret is in the result');
	return wrong.map((each) => `${JSON.stringify(one)}: ${each}`);
}

itHasEveryOperation('test/support/operationCases.ts', Object.keys(OPERATION_CASES));

it.each(FAULT_KINDS)(
	'%s, once and lasting: each operation, and one of each kind under every setting',
	async (kind) => {
		jest.replaceProperty(BACKOFF, 'firstMs', 20);
		const left = casesOf(kind);
		const wrong: string[] = [];
		const worker = async () => {
			for (let one = left.pop(); one; one = left.pop()) wrong.push(...(await run(one)));
		};
		const workers = kind === 'slow' ? SLOW_SIDE_BY_SIDE : SIDE_BY_SIDE;
		await Promise.all(Array.from({ length: workers }, worker));
		expect(wrong).toEqual([]);
	},
	60_000,
);
