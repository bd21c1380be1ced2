import { setTimeout as sleep } from 'node:timers/promises';

import type { IDataObject, OnError } from 'n8n-workflow';

import { BACKOFF } from '../../nodes/shared/retry';
import {
	FAULT_KINDS,
	startSandbox,
	type FaultKind,
	type FaultRule,
	type Sandbox,
} from '../../sandbox';
import { LEAD, file, from, parts, text } from '../support/action';
import { credentialFor, runChert, type RunResult } from '../support/engine';

/** Cases that run side by side, most of them waiting: each has a sandbox of its own. */
const SIDE_BY_SIDE = 32;

/** The timeout of each request in a case with slow responses. */
const TIMEOUT_MS = 400;
/** A response that is too slow for the first attempt only, and one that is too slow for all attempts together. */
const SLOW_MS = { once: 600, lasting: 2500 };

interface OperationCase {
	parameters: (ids: Ids) => IDataObject;
	/** The route that fails. */
	route: string;
	/** What makes it safe to repeat. */
	repeat: 'key' | 'safe' | 'none';
	/** How often the work was done. */
	done: (sandbox: Sandbox) => number;
}

interface Ids {
	chatId: string;
	messageId: string;
	attachmentId: string;
}

const messagesBy = (route: string) => (sandbox: Sandbox) =>
	sandbox.control.messages().filter((message) => message.route === route).length;
const okays = (route: string) => (sandbox: Sandbox) =>
	sandbox.control.requests().filter((request) => request.route === route && request.status === 200)
		.length;

const OPERATIONS: Record<string, OperationCase> = {
	'message.send': {
		parameters: () => ({ phone: LEAD, body: 'Hello' }),
		route: 'send',
		repeat: 'key',
		done: messagesBy('send'),
	},
	'message.sendToChat': {
		parameters: ({ chatId }) => ({ chatId, ...parts(text()) }),
		route: 'chats.send',
		repeat: 'key',
		done: messagesBy('chats.send'),
	},
	'message.react': {
		parameters: ({ messageId }) => ({ messageId, reaction: 'love' }),
		route: 'messages.react',
		repeat: 'none',
		done: (sandbox) => sandbox.control.messages()[0].reactions.length,
	},
	'chat.create': {
		parameters: () => ({ ...from(), to: LEAD, ...parts(text()) }),
		route: 'chats.create',
		repeat: 'key',
		done: messagesBy('chats.create'),
	},
	'location.send': {
		parameters: () => ({ recipient: 'phone', phone: LEAD, latitude: 1, longitude: 2 }),
		route: 'locations.send',
		repeat: 'key',
		done: messagesBy('locations.send'),
	},
	'attachment.upload': {
		parameters: () => ({}),
		route: 'attachments.upload',
		repeat: 'safe',
		done: okays('attachments.upload'),
	},
	'attachment.get': {
		parameters: ({ attachmentId }) => ({ attachmentId }),
		route: 'attachments.get',
		repeat: 'safe',
		done: okays('attachments.get'),
	},
	'attachment.download': {
		parameters: ({ attachmentId }) => ({ attachmentId }),
		route: 'attachments.content',
		repeat: 'safe',
		done: okays('attachments.content'),
	},
};

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

const casesOf = (kind: FaultKind): Case[] =>
	Object.keys(OPERATIONS).flatMap((operation) =>
		(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const).flatMap((onError) =>
			[false, true].flatMap((retryOnFail) =>
				[false, true].map((lasting) => ({ kind, operation, onError, retryOnFail, lasting })),
			),
		),
	);

/** What must come of a case, by the rules of the API and not by the node's code. */
function expected({ kind, operation, retryOnFail, lasting }: Case): {
	succeeds: boolean;
	done: { least: number; most: number };
} {
	const { repeat } = OPERATIONS[operation];
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

const slowMs = (lasting: boolean) => (lasting ? SLOW_MS.lasting : SLOW_MS.once);

function fault({ kind, operation, lasting }: Case): FaultRule {
	return {
		kind,
		route: OPERATIONS[operation].route,
		...(!lasting && { times: 1 }),
		...(NOTHING_DONE.includes(kind) && { retryAfter: 0.01 }),
		...(kind === 'slow' && { delayMs: slowMs(lasting) }),
	};
}

async function prepare(sandbox: Sandbox): Promise<Ids> {
	const call = async (path: string, body: unknown) => {
		const headers = {
			authorization: `Bearer ${sandbox.signingSecret}`,
			'content-type': 'application/json',
		};
		return (await (
			await fetch(sandbox.apiUrl + path, { method: 'POST', headers, body: JSON.stringify(body) })
		).json()) as Record<string, string>;
	};
	const { lead_id: chatId, message_id: messageId } = await call('/send', {
		phone: '+15550109999',
		body: 'Before',
	});
	const { attachment_id: attachmentId, upload_url: url } = await call('/attachments', {
		filename: 'a.png',
		content_type: 'image/png',
		size_bytes: 3,
	});
	await fetch(url, {
		method: 'PUT',
		headers: { authorization: `Bearer ${sandbox.signingSecret}`, 'content-type': 'image/png' },
		body: 'abc',
	});
	return { chatId, messageId, attachmentId };
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

/** Runs one case on a sandbox of its own; gives what is wrong, if anything. */
async function run(one: Case): Promise<string[]> {
	const { operation, onError, retryOnFail, kind } = one;
	const { parameters, done } = OPERATIONS[operation];
	const sandbox = await startSandbox({ recordBodies: false });
	const ids = await prepare(sandbox);
	const before = done(sandbox);
	sandbox.control.addFaults(fault(one));
	const [resource, name] = operation.split('.');
	const result = await runChert(
		{
			resource,
			operation: name,
			...parameters(ids),
			options: { maxRetries: 1 },
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
	if (kind === 'slow') await sleep(slowMs(one.lasting));
	const times = done(sandbox) - before;
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

it.each(FAULT_KINDS)(
	'%s: for each operation and On Error setting, with and without Retry On Fail, once and lasting',
	async (kind) => {
		jest.replaceProperty(BACKOFF, 'firstMs', 20);
		const left = casesOf(kind);
		const wrong: string[] = [];
		const worker = async () => {
			for (let one = left.pop(); one; one = left.pop()) wrong.push(...(await run(one)));
		};
		await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
		expect(wrong).toEqual([]);
	},
	60_000,
);
