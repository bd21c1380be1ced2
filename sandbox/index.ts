import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';

import { Clock } from './world/clock';
import type { Context } from './server/context';
import { Control } from './control/control';
import { registerControl } from './control/controlRoutes';
import { Deliveries } from './world/deliveries';
import { FaultInjector } from './faults/faultInjector';
import { FileStore } from './world/fileStore';
import { allowLocalAccessOnly } from './server/localAccess';
import { registerRoutes } from './server/requestHandler';
import { Idempotency } from './server/idempotency';
import { SimulatedRecipients } from './control/simulatedRecipients';
import { registerFallbackHandlers } from './server/fallbackHandlers';
import { RequestLog } from './server/requestLog';
import { ROUTES } from './routes';
import { State } from './world/state';
import type { Line, LineOptions, SandboxEventMap, SandboxEvents, Timing } from './world/types';
import { checkVariants, defaultVariants, type Variants } from './world/variants';
import type { World } from './world/world';

export {
	defaultVariants,
	VARIANTS,
	VARIANT_NAMES,
	type VariantName,
	type Variants,
} from './world/variants';
export {
	FAULT_KINDS,
	type FaultKind,
	type FaultRule,
	type MessageFilter,
	type RecipientReply,
	type ReplyScript,
} from './schemas/control';
export { EFFECTS } from './schemas/send';
export { ROUTE_NAMES } from './routes';
export { signatureHex } from './world/signature';
export { ERROR_CODES, isErrorCode, type ErrorCode } from './world/apiError';
export { seededRandom } from './faults/faultInjector';
export { Control, ControlError } from './control/control';
export type { Audit, RequestRecord } from './server/requestLog';
export type * from './world/types';

export interface SandboxOptions {
	/** 0 (default) lets the system choose. */
	port?: number;
	/** 32 hexadecimal characters. */
	signingSecret?: string;
	tenant?: string;
	lines?: LineOptions[];
	variants?: Partial<Variants>;
	timing?: Partial<Timing>;
	/** Seed of the random numbers for faults with a probability. */
	seed?: number;
	/** Keep the parsed body of each request in the log (default); off for long runs. */
	recordBodies?: boolean;
	/** About how many of the latest requests the log keeps; default: all. */
	logLimit?: number;
	/** A sentence that the phone page shows above the steps to connect n8n. */
	note?: string;
	/** Names of workflows by the webhook ID in their address, which alone does not tell people which workflow listens. */
	workflowNames?: Record<string, string>;
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

/** Default capabilities of a line; `/locations`, edits and others respond with 4099 without theirs. */
const ALL_CAPABILITIES = [
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
const DEFAULT_TIMING: Timing = {
	webhookTimeoutMs: 10_000,
	webhookRetryMs: [1_000, 2_000],
	sseHeartbeatMs: 15_000,
	sseLifetimeMs: 60_000,
};

/** For JSON bodies only; uploads are streamed and have their own limit. */
const MAX_JSON_BYTES = 10 * 1024 * 1024;

/** IDs in paths may be long; longer ones than this are not found. */
const MAX_PARAM_LENGTH = 500;

const PHONE_PAGE = path.join(__dirname, 'phone');

/** htm with preact in one module, which the phone page imports as `vendor/htm-preact.js`. */
const HTM_PREACT = path.join(path.dirname(require.resolve('htm')), '../preact');

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
	// Each open stream adds listeners; that is not a leak.
	events.setMaxListeners(0);
	const world: World = {
		tenant: options.tenant ?? DEFAULT_TENANT,
		lines: (options.lines ?? DEFAULT_LINES).map(lineFrom),
		timing: { ...DEFAULT_TIMING, ...options.timing },
		variants: { ...defaultVariants(), ...checkVariants(options.variants ?? {}) },
		clock: new Clock(),
		state: new State(),
		files: await FileStore.create(),
		events,
	};
	return {
		...world,
		signingSecret: options.signingSecret ?? DEFAULT_SIGNING_SECRET,
		account: 'active',
		note: options.note ?? '',
		workflowNames: options.workflowNames ?? {},
		log: new RequestLog(
			{
				recordBodies: options.recordBodies ?? true,
				limit: options.logLimit ?? Number.POSITIVE_INFINITY,
			},
			events,
		),
		faults: new FaultInjector(options.seed ?? 1),
		idempotency: new Idempotency(),
		deliveries: new Deliveries(world),
	};
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
	await app.register(async (scope) => {
		allowLocalAccessOnly(scope);
		await scope.register(async (sub) => registerControl(sub, context, control), {
			prefix: '/control',
		});
		await scope.register(fastifyStatic, { root: PHONE_PAGE });
		scope.get('/vendor/htm-preact.js', async (_request, reply) =>
			reply.sendFile('standalone.module.js', HTM_PREACT),
		);
	});
	registerFallbackHandlers(app, context);
	return app;
}

/**
 * Starts a local Chert on 127.0.0.1.
 *
 * @returns the running sandbox; `close()` stops it, cancels its deliveries and removes its files
 * @throws RangeError for unknown variants; the system's error when the port is in use
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const context = await createContext(options);
	const recipients = new SimulatedRecipients(context);
	const control = new Control(context, recipients);
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
			recipients.clear();
			await app.close();
			await context.deliveries.close();
			await context.files.close();
		},
	};
}
