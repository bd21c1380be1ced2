import type { Clock } from './clock';
import type { Deliveries } from './deliveries';
import type { Faults } from './faults';
import type { FileStore } from './files';
import type { Idempotency } from './idempotency';
import type { Leads } from './leads';
import type { RequestLog } from './requestLog';
import type { State } from './state';
import type { AccountState, Line, SandboxEvents, Timing } from './types';
import type { Variants } from './variants';

/** Everything that a route may need; made once per sandbox. */
export interface Context {
	readonly signingSecret: string;
	readonly tenant: string;
	readonly lines: readonly Line[];
	readonly timing: Timing;
	/** Changed in place at run time. */
	readonly variants: Variants;
	account: AccountState;
	readonly clock: Clock;
	readonly state: State;
	readonly files: FileStore;
	readonly log: RequestLog;
	readonly faults: Faults;
	readonly idempotency: Idempotency;
	readonly deliveries: Deliveries;
	readonly leads: Leads;
	readonly events: SandboxEvents;
}
