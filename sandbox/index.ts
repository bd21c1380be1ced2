import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';

import { Clock } from './clock';
import type { Context } from './context';
import { Control } from './control';
import { registerControl } from './controlRoutes';
import { Deliveries } from './deliveries';
import { Faults } from './faults';
import { FileStore } from './files';
import { registerRoutes } from './http';
import { Idempotency } from './idempotency';
import { Leads } from './leads';
import { registerRefusals } from './refusals';
import { RequestLog } from './requestLog';
import { ROUTES } from './routes';
import { State } from './state';
import type { Line, LineOptions, SandboxEventMap, SandboxEvents, Timing } from './types';
import { checkVariants, defaultVariants, type Variants } from './variants';

export { VARIANTS, VARIANT_NAMES, type VariantName, type Variants } from './variants';
export {
	FAULT_KINDS,
	type FaultKind,
	type FaultRule,
	type LeadReply,
	type LeadScript,
} from './schemas/control';
export { EFFECTS } from './schemas/send';
export { ROUTE_NAMES } from './routes';
export { signatureHex } from './auth';
export { Control, ControlError, type MessageFilter } from './control';
export type { Audit, RequestRecord } from './requestLog';
export type * from './types';

export interface SandboxOptions {
	/** 0 (default) lets the system choose. */
	port?: number;
	/** 32 hexadecimal characters. */
	signingSecret?: string;
	tenant?: string;
	lines?: LineOptions[];
	variants?: Partial<Variants>;
	timing?: Partial<Timing>;
	/** Seed of the dice for faults with a probability. */
	seed?: number;
	/** Keep the parsed body of each request in the log (default); off for long runs. */
	recordBodies?: boolean;
	/** About how many of the latest requests the log keeps; default all. */
	logLimit?: number;
}

export interface Sandbox {
	/** `http://127.0.0.1:PORT` */
	readonly origin: string;
	/** What goes into the credential's base URL. */
	readonly apiUrl: string;
	readonly signingSecret: string;
	readonly tenant: string;
	readonly lines: readonly Line[];
	readonly control: Control;
	readonly events: SandboxEvents;
	close(): Promise<void>;
}

export const DEFAULT_SIGNING_SECRET = '0123456789abcdef0123456789abcdef';
export const DEFAULT_TENANT = 'northwind-42c1';

/** What a line can do unless it says otherwise; `/locations`, edits and the like answer 4099 without theirs. */
export const ALL_CAPABILITIES = [
	'imessage',
	'send',
	'receive',
	'location',
	'edit',
	'groups',
	'typing',
	'read_receipts',
	'contact_card',
];

const DEFAULT_LINES: LineOptions[] = [
	{ phoneNumber: '+15550100001' },
	{ phoneNumber: '+15550100002' },
	{ phoneNumber: '+15550100003', isActive: false },
];

/** §5.6, §6.4, §10 */
export const DEFAULT_TIMING: Timing = {
	webhookTimeoutMs: 10_000,
	webhookRetryMs: [1_000, 2_000],
	sseHeartbeatMs: 15_000,
	sseLifetimeMs: 60_000,
};

/** JSON bodies only; uploads are streamed and measured by themselves. */
const MAX_JSON_BYTES = 10 * 1024 * 1024;

/** Ids in paths may be long; longer ones than this are not found. */
const MAX_PARAM_LENGTH = 500;

const PHONE_PAGE = path.join(__dirname, 'phone');

function lineFrom(options: LineOptions): Line {
	return {
		phoneLineId: `pl_${options.phoneNumber.replace(/\D/g, '')}`,
		isActive: true,
		capabilities: [...ALL_CAPABILITIES],
		...options,
	};
}

async function createContext(options: SandboxOptions): Promise<Context> {
	const events: SandboxEvents = new EventEmitter<SandboxEventMap>();
	// Each open stream listens; that is no leak.
	events.setMaxListeners(0);
	const context: Context = {
		signingSecret: options.signingSecret ?? DEFAULT_SIGNING_SECRET,
		tenant: options.tenant ?? DEFAULT_TENANT,
		lines: (options.lines ?? DEFAULT_LINES).map(lineFrom),
		timing: { ...DEFAULT_TIMING, ...options.timing },
		variants: { ...defaultVariants(), ...checkVariants(options.variants ?? {}) },
		account: 'active',
		clock: new Clock(),
		state: new State(),
		files: await FileStore.create(),
		log: new RequestLog({
			recordBodies: options.recordBodies ?? true,
			limit: options.logLimit ?? Number.POSITIVE_INFINITY,
		}),
		faults: new Faults(options.seed ?? 1),
		idempotency: new Idempotency(),
		deliveries: new Deliveries(() => context),
		leads: new Leads(() => context),
		events,
	};
	return context;
}

async function createServer(context: Context, control: Control): Promise<FastifyInstance> {
	const app = fastify({
		bodyLimit: MAX_JSON_BYTES,
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
	});
	await app.register(async (scope) => await registerRoutes(scope, context, ROUTES), {
		prefix: '/api/v1',
	});
	await app.register(async (scope) => registerControl(scope, context, control), {
		prefix: '/control',
	});
	await app.register(fastifyStatic, { root: PHONE_PAGE });
	registerRefusals(app, context);
	return app;
}

/**
 * Starts a local Chert on 127.0.0.1.
 *
 * @returns the running sandbox; `close()` ends it, its deliveries and its files
 * @throws RangeError for unknown variants; the system's error when the port is taken
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const context = await createContext(options);
	const control = new Control(context);
	const app = await createServer(context, control);
	try {
		await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
	} catch (error) {
		await context.files.close();
		throw error;
	}
	const { port } = app.server.address() as AddressInfo;
	const origin = `http://127.0.0.1:${port}`;
	return {
		origin,
		apiUrl: `${origin}/api/v1`,
		signingSecret: context.signingSecret,
		tenant: context.tenant,
		lines: context.lines,
		control,
		events: context.events,
		async close() {
			context.leads.clear();
			await app.close();
			await context.deliveries.close();
			await context.files.close();
		},
	};
}
