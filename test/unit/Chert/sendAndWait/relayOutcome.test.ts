import { readRelayOutcome } from '../../../../nodes/Chert/sendAndWait/relayOutcome';

/** As n8n 2.41.1 and 1.123.81 respond. */
it.each<[string, number, unknown, string]>([
	['the node took the answer', 200, { outcome: 'answered' }, 'answered'],
	['the node found it unclear', 200, { outcome: 'unclear' }, 'unclear'],
	['the execution succeeded', 200, '<h1>No action required</h1>', 'closed'],
	['another server responds', 200, '<h1>Welcome</h1>', 'unreachable'],
	['the execution runs', 409, { message: 'The execution "7" is running already.' }, 'busy'],
	['it failed', 409, { message: 'The execution "7" has finished with error.' }, 'closed'],
	['it was deleted', 404, { message: 'The execution "7" does not exist.' }, 'closed'],
	[
		'it was killed while it was running, n8n 2',
		500,
		{ code: 0, message: "Cannot read properties of undefined (reading 'inputOverride')" },
		'closed',
	],
	[
		'it was killed while it was running, n8n 1',
		500,
		{ code: 0, message: "Cannot read properties of undefined (reading 'pop')" },
		'closed',
	],
	[
		'it was killed before any node ran',
		404,
		{ code: 404, message: 'Could not find node to process webhook.' },
		'closed',
	],
	[
		'another answer was faster',
		500,
		{ message: 'Execution is already being resumed by another process' },
		'busy',
	],
	['n8n shuts down', 503, '', 'busy'],
	[
		'n8n starts and has no routes yet',
		404,
		'<pre>Cannot POST /webhook-waiting/7</pre>',
		'unreachable',
	],
	['the signature is not valid', 401, '', 'unreachable'],
	['the question is closed', 410, '<h1>Question closed</h1>', 'closed'],
])('%s', (_what, status, body, outcome) => {
	expect(readRelayOutcome(status, body)).toBe(outcome);
});
