import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { runChert, type Input, type RunResult } from '../../test/support/engine';
import { RequestTimes } from '../../test/support/requestTimes';
import { FAULTS } from './faults';
import type { SoakSandbox } from './soakSandbox';
import { tally, textOf, type Tally } from './tally';

export interface Size {
	messages: number;
	recipients: number;
}

export interface Report extends Tally {
	scenario: string;
	/** Messages to deliver. */
	expected: number;
	/** Requests that this process started during a block of their recipient or credential. */
	earlyRequests: number;
	seconds: number;
	/** More information for the report. */
	note: string;
}

/** More attempts than any item needs with 30 % faults. */
const MANY_RETRIES = { maxRetries: 40, maxRetryWait: 600 };

/** If a manual retry still fails after this many, there is another cause. */
const MAX_MANUAL_RETRIES = 500;

const SEND: IDataObject = {
	resource: 'message',
	operation: 'send',
	phone: '={{ $json.phone }}',
	body: '={{ $json.body }}',
};

/** The items of one execution. The recipients alternate. */
function itemsOf(execution: string, { messages, recipients }: Size): Input[] {
	return Array.from({ length: messages }, (_, index) => ({
		json: {
			phone: `+1555${String(index % recipients).padStart(7, '0')}`,
			body: textOf(execution, index),
		},
	}));
}

interface Context {
	credential: ICredentialDataDecryptedObject;
	size: Size;
}

/** Each scenario resolves with a note for the report when its executions have succeeded. */
const SCENARIOS: Record<
	string,
	{ executions: number; run: (context: Context) => Promise<string> }
> = {
	'one execution': {
		executions: 1,
		async run({ credential, size }) {
			assertSuccess(
				await runChert(
					{ ...SEND, options: MANY_RETRIES },
					{ credential, items: itemsOf('A', size) },
				),
			);
			return '';
		},
	},
	'failed and retried manually': {
		executions: 1,
		async run({ credential, size }) {
			const items = itemsOf('A', size);
			const parameters = { ...SEND, options: { maxRetries: 2 } };
			let last = await runChert(parameters, { credential, items });
			let retries = 0;
			for (; last.error && retries < MAX_MANUAL_RETRIES; retries++) {
				last = await runChert(parameters, { credential, items, retryOf: last.run.data });
			}
			assertSuccess(last);
			return `${retries} manual retries`;
		},
	},
	'two executions that overlap': {
		executions: 2,
		async run({ credential, size }) {
			const runOne = async (execution: string) =>
				await runChert(
					{ ...SEND, options: MANY_RETRIES },
					{ credential, items: itemsOf(execution, size) },
				);
			(await Promise.all([runOne('A'), runOne('B')])).forEach(assertSuccess);
			return '';
		},
	},
};

function assertSuccess({ error }: RunResult): void {
	if (error) throw error;
}

/**
 * Runs each scenario against a sandbox with faults. The sandbox is reset before each scenario.
 *
 * @throws the node's error when an execution fails
 */
export async function* soak(
	{ control, credential }: Pick<SoakSandbox, 'control' | 'credential'>,
	size: Size,
): AsyncGenerator<Report> {
	for (const [scenario, { executions, run }] of Object.entries(SCENARIOS)) {
		await control.reset();
		await control.addFaults(FAULTS);
		const times = new RequestTimes().start();
		const start = Date.now();
		const note = await run({ credential, size }).finally(() => times.stop());
		const seconds = (Date.now() - start) / 1000;
		yield {
			scenario,
			expected: executions * size.messages,
			seconds,
			note,
			earlyRequests: times.duringBlock(await control.requests()).length,
			...tally(await control.messages()),
		};
	}
}

/** Whether each message was delivered once, in order, and no request ignored a block. */
export function isFlawless({
	delivered,
	expected,
	duplicates,
	orderViolations,
	earlyRequests,
}: Report): boolean {
	return delivered === expected && duplicates + orderViolations + earlyRequests === 0;
}
