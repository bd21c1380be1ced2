import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { runChert, type Input, type RunResult } from '../../test/support/engine';
import { FAULTS } from './faults';
import type { RemoteControl } from './remoteControl';
import { RoundTrips } from './roundTrips';
import { tally, textOf, type Tally } from './tally';

export interface Size {
	messages: number;
	recipients: number;
}

export interface Report extends Tally {
	scenario: string;
	/** Messages that should have been delivered. */
	expected: number;
	seconds: number;
	/** What else is worth knowing of the run. */
	note: string;
}

/** More tries than any item needs at 30 % faults. */
const ENDURING = { maxRetries: 40, maxRetryWait: 600 };

/** Times that a person has to retry the execution at most, before something else must be wrong. */
const MAX_RETRIES_BY_HAND = 500;

const SEND: IDataObject = {
	resource: 'message',
	operation: 'send',
	phone: '={{ $json.phone }}',
	body: '={{ $json.body }}',
};

/** The items of one execution: each recipient in turn. */
function itemsOf(execution: string, { messages, recipients }: Size): Input[] {
	return Array.from({ length: messages }, (_, index) => ({
		json: {
			phone: `+1555${String(index % recipients).padStart(7, '0')}`,
			body: textOf(execution, index),
		},
	}));
}

interface Scene {
	credential: ICredentialDataDecryptedObject;
	size: Size;
}

/** Each resolves with a note once the execution, or the executions, have ended well. */
const SCENARIOS: Record<string, { executions: number; play: (scene: Scene) => Promise<string> }> = {
	'one execution': {
		executions: 1,
		async play({ credential, size }) {
			succeed(
				await runChert({ ...SEND, options: ENDURING }, { credential, items: itemsOf('A', size) }),
			);
			return '';
		},
	},
	'failed and retried by a person': {
		executions: 1,
		async play({ credential, size }) {
			const items = itemsOf('A', size);
			const parameters = { ...SEND, options: { maxRetries: 2 } };
			let last = await runChert(parameters, { credential, items });
			let retries = 0;
			for (; last.error && retries < MAX_RETRIES_BY_HAND; retries++) {
				last = await runChert(parameters, { credential, items, retryOf: last.run.data });
			}
			succeed(last);
			return `${retries} retries by hand`;
		},
	},
	'two executions that overlap': {
		executions: 2,
		async play({ credential, size }) {
			const play = async (execution: string) =>
				await runChert(
					{ ...SEND, options: ENDURING },
					{ credential, items: itemsOf(execution, size) },
				);
			(await Promise.all([play('A'), play('B')])).forEach(succeed);
			return '';
		},
	},
};

function succeed({ error }: RunResult): void {
	if (error) throw error;
}

/**
 * Plays each scenario against a sandbox with faults; the sandbox forgets everything before each.
 *
 * @throws the node's error when an execution does not end well in the end
 */
export async function* soak(
	{
		control,
		...address
	}: { apiUrl: string; signingSecret: string; tenant: string; control: RemoteControl },
	size: Size,
): AsyncGenerator<Report> {
	const credential = {
		signingSecret: address.signingSecret,
		tenant: address.tenant,
		baseUrl: address.apiUrl,
	};
	for (const [scenario, { executions, play }] of Object.entries(SCENARIOS)) {
		await control.reset();
		await control.addFaults(FAULTS);
		const trips = RoundTrips.begin(async () => await control.ping());
		const start = Date.now();
		const note = await play({ credential, size }).finally(() => trips.end());
		const seconds = (Date.now() - start) / 1000;
		yield {
			scenario,
			expected: executions * size.messages,
			seconds,
			note,
			...tally(await control.messages(), await control.audit(), trips),
		};
	}
}

/** True when everything arrived once, in order, and nobody was asked too early. */
export function isFlawless({
	delivered,
	expected,
	duplicates,
	orderViolations,
	earlyRequests,
}: Report): boolean {
	return delivered === expected && duplicates + orderViolations + earlyRequests === 0;
}
