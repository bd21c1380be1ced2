import type { Clock } from './clock';
import type { FileStore } from './fileStore';
import type { State } from './state';
import type { Line, SandboxEvents, Timing } from './types';
import type { Variants } from './variants';

/** What exists in a sandbox, without the HTTP server around it. `events` tells what happens in it. */
export interface World {
	readonly tenant: string;
	readonly lines: readonly Line[];
	readonly timing: Timing;
	/** Changed in place by the control API. */
	readonly variants: Variants;
	readonly clock: Clock;
	readonly state: State;
	readonly files: FileStore;
	readonly events: SandboxEvents;
}
