import type { FaultRule } from '../schemas/control';

/** An active rule, with how often it was applied. */
export type ActiveFault = FaultRule & { id: number; applied: number };

/** What happens to one request: an optional delay, and at most one fault. */
export interface FaultDecision {
	delayMs: number;
	fault?: ActiveFault;
}

/** The request that a rule is compared with. */
export interface FaultTarget {
	route: string;
	method: string;
	/** Phones and chat id that the request is about. */
	addresses: readonly string[];
}

const DEFAULT_SLOW_MS = 1000;

/** mulberry32: a small seeded generator of numbers from 0 to 1; the same seed repeats the same run. */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** Decides which request gets a fault: the first matching rule. `slow` adds a delay, so later rules still apply. */
export class FaultInjector {
	private rules: ActiveFault[] = [];
	private nextId = 1;
	private random: () => number;

	constructor(private readonly seed: number) {
		this.random = seededRandom(seed);
	}

	add(rules: FaultRule[]): ActiveFault[] {
		const added = rules.map((rule) => ({ ...rule, id: this.nextId++, applied: 0 }));
		this.rules.push(...added);
		return added;
	}

	list(): ActiveFault[] {
		return this.rules.map((rule) => ({ ...rule }));
	}

	/** Removes all rules and restarts the random numbers from the seed. */
	clear(): void {
		this.rules = [];
		this.random = seededRandom(this.seed);
	}

	decide(target: FaultTarget): FaultDecision {
		let delayMs = 0;
		if (this.rules.length === 0) return { delayMs };
		for (const rule of this.rules) {
			if (!matches(rule, target)) continue;
			if (rule.times !== undefined && rule.applied >= rule.times) continue;
			if (rule.probability !== undefined && this.random() >= rule.probability) continue;
			rule.applied += 1;
			if (rule.kind !== 'slow') return { delayMs: delayMs + (rule.delayMs ?? 0), fault: rule };
			delayMs += rule.delayMs ?? DEFAULT_SLOW_MS;
		}
		return { delayMs };
	}
}

function matches(rule: FaultRule, target: FaultTarget): boolean {
	return (
		(rule.route === undefined || rule.route === '*' || rule.route === target.route) &&
		(rule.method === undefined || rule.method.toUpperCase() === target.method) &&
		(rule.recipient === undefined || target.addresses.includes(rule.recipient))
	);
}
