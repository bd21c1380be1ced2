import type { FaultInjector } from '../faults/faultInjector';
import type { Deliveries } from '../world/deliveries';
import type { AccountState } from '../world/types';
import type { World } from '../world/world';
import type { Idempotency } from './idempotency';
import type { RequestLog } from './requestLog';

/** Everything that a route may need; created once per sandbox. */
export interface Context extends World {
	readonly signingSecret: string;
	account: AccountState;
	/** What the phone page tells people besides; see `SandboxOptions`. */
	readonly note: string;
	readonly workflowNames: Readonly<Record<string, string>>;
	readonly deliveries: Deliveries;
	readonly faults: FaultInjector;
	readonly idempotency: Idempotency;
	readonly log: RequestLog;
}
