import type { Clock } from './clock';
import type { FileStore } from './fileStore';
import type { State } from './state';
import type { Line, SandboxEvents, Timing } from './types';
import type { Variants } from './variants';

/** What exists in a sandbox, without the HTTP server around it. What happens in it is told by `events`. */
export interface World {
	readonly tenant: string;
	readonly lines: readonly Line[];
	readonly timing: Timing;
	/** Changed in place at run time. */
	readonly variants: Variants;
	readonly clock: Clock;
	readonly state: State;
	readonly files: FileStore;
	readonly events: SandboxEvents;
}
