import { inspect } from 'node:util';

import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { LoggerProxy, type IDataObject } from 'n8n-workflow';

import { FAULT_KINDS } from '../../../sandbox';
import { file, useAction } from '../../support/action';
import { credentialFor, runChert } from '../../support/engine';
import { itHasEveryOperation, OPERATION_CASES } from '../../support/operationCases';
import { useReceiver } from '../../support/receiver';
import { Samples } from '../../support/samples';
import { respond, options, serve, useQuickBackoff } from './support';

useQuickBackoff();
const action = useAction();

const receiver = useReceiver();
const NAMES = Object.keys(OPERATION_CASES);

itHasEveryOperation('test/support/operationCases.ts', NAMES);

/** Valid parameters of an operation. */
async function parametersOf(operation: string): Promise<IDataObject> {
	return await OPERATION_CASES[operation].parameters(new Samples(action.sandbox, receiver));
}

/** All that n8n logs, at every level, until the test ends. */
function listenToLog(): unknown[] {
	const lines: unknown[] = [];
	const write = (...line: unknown[]) => void lines.push(line);
	const logger = Container.get(Logger);
	for (const level of ['error', 'warn', 'info', 'debug'] as const)
		jest.spyOn(logger, level).mockImplementation(write);
	LoggerProxy.init({ error: write, warn: write, info: write, debug: write });
	return lines;
}

/** Everything that hangs on a value, as text: symbols, causes and hidden fields too. */
const everythingIn = (value: unknown): string =>
	inspect(value, {
		depth: Infinity,
		showHidden: true,
		maxStringLength: null,
		maxArrayLength: null,
	});

describe.each(['bearer', 'hmac'] as const)('the secret (%s)', (authentication) => {
	it.each(NAMES)('is in no output, error or log line of %s', async (operation) => {
		const log = listenToLog();
		const credential = credentialFor(action.sandbox, authentication);
		const found: string[] = [];
		const valid = await parametersOf(operation);
		for (const kind of FAULT_KINDS) {
			for (const onError of [undefined, 'continueRegularOutput'] as const) {
				action.sandbox.control.clearFaults();
				action.sandbox.control.addFaults({
					kind,
					retryAfter: 0.01,
					...(kind === 'slow' && { delayMs: 1 }),
				});
				const parameters = { ...valid, ...options({ maxRetries: 1 }) };
				const { run } = await action.run(operation, parameters, {
					items: [{ binary: file('data') }],
					onError,
					credential,
				});
				// A queue keeps the run as text; an error keeps more in memory than it does in text.
				if (everythingIn([run, log]).includes(credential.signingSecret))
					found.push(`${kind}, On Error ${onError}`);
			}
		}
		expect(found).toEqual([]);
		// The log was recorded at all.
		expect(log.length).toBeGreaterThan(0);
	});
});

it.each(NAMES)('%s follows no redirect to another origin', async (operation) => {
	const strangerReceived: unknown[] = [];
	const valid = await parametersOf(operation);
	const stranger = await serve((request, response) => {
		strangerReceived.push(request.headers);
		request.resume();
		respond(response, { status: 'sent', attachment_id: 'x' });
	});
	for (const status of [301, 302, 303, 307, 308]) {
		const redirecting = await serve((request, response) => {
			request.resume();
			respond(response, {}, status, { location: `${stranger.origin}${request.url}` });
		});
		const [resource, name] = operation.split('.');
		const credential = { signingSecret: 'a-secret', baseUrl: redirecting.origin };
		const { error } = await runChert(
			{ resource, operation: name, ...valid },
			{ credential, items: [{ binary: file('data') }] },
		);
		await redirecting.close();
		expect(error?.message).toMatch(/^Something other than Chert responded at /);
	}
	await stranger.close();
	expect(strangerReceived).toEqual([]);
});

it.each([
	'http://other.example/upload',
	'//other.example/upload',
	'\\\\other.example\\upload',
	' http://other.example/upload',
	'https://{host}/upload',
	'http://user:password@other.example/upload',
	'ftp://{host}/upload',
])('does not upload to %j', async (address) => {
	const asked: string[] = [];
	const server = await serve((request, response) => {
		asked.push(`${request.method} ${request.url}`);
		request.resume();
		respond(response, {
			attachment_id: 'x',
			upload_url: address.replace('{host}', request.headers.host ?? ''),
		});
	});
	const credential = { signingSecret: 'a-secret', baseUrl: server.origin };
	const { error } = await runChert(
		{ resource: 'attachment', operation: 'upload' },
		{ credential, items: [{ binary: file('data') }] },
	);
	await server.close();
	expect(error?.message).toMatch(
		'Chert asked to upload "data.png" to an address other than Base URL',
	);
	expect(asked).toEqual(['POST /attachments']);
});
