import { createHash } from 'node:crypto';

import type { IDataObject, INode } from 'n8n-workflow';

import { readEvent } from '../../nodes/shared/events/envelope';
import { DEFAULT_OPT_OUT_WORDS } from '../../nodes/shared/events/optOut';
import { checkSettings, readTriggerSettings } from '../../nodes/shared/events/triggerSettings';
import { simplifyEvent } from '../../nodes/shared/events/simplify';
import { splitList } from '../../nodes/shared/fieldValue';
import { startSandbox } from '../../sandbox';
import { Action, file } from '../../test/support/action';
import { OPERATION_CASES } from '../../test/support/operationCases';
import { Receiver } from '../../test/support/receiver';
import { Samples } from '../../test/support/samples';
import { messageReceived } from '../../test/support/triggerBodies';

/** What one operation gives on n8n's engine, against the sandbox. */
export interface Example {
	parameters: IDataObject;
	/** The first output item */
	output: IDataObject;
	/** What the node says when Chert returns a code */
	errors: ErrorExample[];
}

export interface ErrorExample {
	code: number;
	message: string;
	hint: string;
}

/** The sandbox's time, so that every run has the same. */
const START_OF_EXAMPLE = Date.parse('2026-09-01T10:02:00.000Z');

/**
 * Runs each operation once as it should be, and once with each code.
 *
 * @param codes the codes of each operation, e.g. of `message.send`
 */
export async function runExamples(codes: Record<string, number[]>): Promise<Map<string, Example>> {
	const receiver = await new Receiver().start();
	const sandbox = await startSandbox();
	const action = new Action({ sandbox });
	try {
		const examples = new Map<string, Example>();
		for (const name of Object.keys(OPERATION_CASES)) {
			const { parameters, items } = await runOnce(action, { receiver }, name);
			const errors: ErrorExample[] = [];
			for (const code of [...(codes[name] ?? [])].sort()) {
				const { error } = await runOnce(action, { receiver }, name, code);
				if (!error) throw new Error(`${name} has no error for code ${code}`);
				errors.push({ code, message: error.message, hint: withoutDetails(error.description) });
			}
			const example: Example = { parameters, output: items[0]?.json ?? {}, errors };
			examples.set(name, JSON.parse(withoutRandomness(JSON.stringify(example))) as Example);
		}
		return examples;
	} finally {
		await receiver.stop();
		await sandbox.close();
	}
}

async function runOnce(
	action: Action,
	webhooks: { receiver: Receiver },
	name: string,
	code?: number,
) {
	const { control } = action.sandbox;
	control.reset();
	control.clock({ setMs: START_OF_EXAMPLE });
	const { parameters: parametersOf, route } = OPERATION_CASES[name];
	const parameters = await parametersOf(new Samples(action.sandbox, webhooks));
	if (code !== undefined) control.addFaults({ kind: 'notRetryable', route, code });
	const result = await action.run(name, parameters, { items: [{ binary: file('data') }] });
	if (code === undefined && result.error) throw result.error;
	return { parameters, ...result };
}

/** The cure alone: what Chert says, and the trace ID, differ from case to case. */
export const withoutDetails = (description = ''): string =>
	description.replace(/ (Chert says:|\(Chert code|\(HTTP).*$/s, '');

/** What a trigger says about settings that it cannot use. */
export function settingErrors(): string[] {
	const node = { name: 'Trigger', parameters: {} } as INode;
	const settings: Array<[IDataObject, Partial<INode>]> = [
		[{ chatIds: '+15550100123' }, {}],
		[{ chatType: 'groups' }, {}],
		[{ senders: '555-0123' }, {}],
		[{ waitForPause: 300 }, {}],
		[{}, { alwaysOutputData: true }],
	];
	return settings.map(([options, nodeSettings]) => {
		const parameters: IDataObject = { events: ['message.received'], simplify: true, options };
		const context = { getNodeParameter: (name: string) => parameters[name] };
		try {
			checkSettings({ ...node, ...nodeSettings }, readTriggerSettings(context));
		} catch (error) {
			return (error as Error).message;
		}
		throw new Error(`The triggers accept ${JSON.stringify(options)}`);
	});
}

/** The item that a trigger gives for a text with a photo. */
export function triggerExample(): IDataObject {
	const body = messageReceived();
	const event = readEvent({ body, arrivedAt: body.timestamp });
	return simplifyEvent(event, splitList(DEFAULT_OPT_OUT_WORDS));
}

const RANDOM_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12,}/gi;

/**
 * The same text whenever it is made: random IDs are replaced in the order in which they appear, seconds, durations and
 * ports are left out.
 */
function withoutRandomness(text: string): string {
	const replacements = new Map<string, string>();
	return text
		.replaceAll(RANDOM_ID, (id) => {
			const replacement = replacements.get(id) ?? idLike(id, replacements.size);
			replacements.set(id, replacement);
			return replacement;
		})
		.replaceAll(/(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d(\.\d+)?Z/g, '$1:00.000Z')
		.replaceAll(/"duration_ms":\d+/g, '"duration_ms":12')
		.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://hooks.example.com');
}

/** Hexadecimal digits in the shape of an ID. */
function idLike(id: string, position: number): string {
	const digits = createHash('sha512').update(`example ${position}`).digest('hex');
	const isUpperCase = /[A-F]/.test(id);
	let used = 0;
	return id.replaceAll(/[0-9a-f]/gi, () => {
		const digit = digits[used++ % digits.length];
		return isUpperCase ? digit.toUpperCase() : digit;
	});
}
