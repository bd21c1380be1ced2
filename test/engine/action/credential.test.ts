import { useAction } from '../../support/action';
import { testCredential } from '../../support/credentialTest';
import { credentialFor } from '../../support/engine';
import { Receiver, useReceiver } from '../../support/receiver';

const action = useAction();
const holder = useReceiver();
const SECRET = '0123456789abcdef0123456789abcdef';

describe('the credential test', () => {
	it.each(['bearer', 'hmac'] as const)('passes: %s', async (authentication) => {
		expect(await testCredential(credentialFor(action.sandbox, authentication))).toMatchObject({
			status: 'OK',
		});
		expect(action.requests()).toMatchObject([
			{ method: 'GET', path: '/api/v1/phone-numbers', status: 200 },
		]);
	});

	it('tolerates blanks and slashes around the base URL, as the nodes do', async () => {
		const credential = credentialFor(action.sandbox);
		const baseUrl = ` ${credential.baseUrl}// `;

		expect(await testCredential({ ...credential, baseUrl })).toMatchObject({ status: 'OK' });
		expect(action.requests()[0].path).toBe('/api/v1/phone-numbers');
	});

	it.each(['bearer', 'hmac'] as const)(
		'tolerates what cannot be seen in the values, as the nodes do: %s',
		async (authentication) => {
			const { signingSecret, tenant, baseUrl } = credentialFor(action.sandbox);
			const credential = {
				authentication,
				signingSecret: `${signingSecret.slice(0, 16)}\n${signingSecret.slice(16)}`,
				tenant: `${tenant}\u200b`,
				baseUrl: `${baseUrl}/\u200b`,
			};

			expect(await testCredential(credential)).toMatchObject({ status: 'OK' });
			const { error } = await action.run('line.getMany', {}, { credential });
			expect(error).toBeUndefined();
		},
	);

	it.each([
		[
			'a wrong secret',
			{ signingSecret: 'f'.repeat(32) },
			/did not accept the credential: check Signing Secret/,
		],
		[
			'a wrong signature',
			{ signingSecret: 'f'.repeat(32), authentication: 'hmac' },
			/did not accept the credential/,
		],
		[
			'an unknown tenant',
			{ tenant: 'nobody' },
			/does not know this tenant.* check Tenant, and check that Base URL ends in/,
		],
		[
			'signed requests without a tenant',
			{ authentication: 'hmac', tenant: ' ' },
			/^Tenant is empty in the Chert API credential/,
		],
		[
			'an empty secret',
			{ signingSecret: '' },
			/^Signing Secret is empty in the Chert API credential/,
		],
		[
			'a base URL that is none',
			{ baseUrl: 'console.trychert.com' },
			/^Base URL "console.trychert.com" in the Chert API credential is not/,
		],
	])('says what is wrong: %s', async (_case, change, sentence) => {
		const result = await testCredential({ ...credentialFor(action.sandbox), ...change });

		expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(sentence) });
		expect(JSON.stringify(result)).not.toContain(action.sandbox.signingSecret);
	});

	it('says what to do when the account is suspended', async () => {
		action.sandbox.control.account('suspended');

		expect(await testCredential(credentialFor(action.sandbox))).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('contact Chert support'),
		});
	});

	it('does not follow a redirect', async () => {
		const other = await new Receiver().start();
		holder.receiver.replies = [
			{ status: 302, headers: { location: `${other.origin}/phone-numbers` } },
		];
		const result = await testCredential({
			signingSecret: SECRET,
			baseUrl: `${holder.receiver.origin}/api/v1`,
		});
		await other.stop();

		expect(result).toMatchObject({
			status: 'Error',
			message: expect.stringContaining(
				'check that Base URL starts with https:// and ends in /api/v1',
			),
		});
		expect(other.received).toEqual([]);
	});

	it.each([
		['a web page', '<!doctype html><title>Console</title>', 'text/html'],
		['other JSON', '{"ok":true}', 'application/json'],
		['nothing', '', 'text/plain'],
	])('does not take %s with status 200 for Chert', async (_case, body, type) => {
		holder.receiver.replies = [{ status: 200, body, headers: { 'content-type': type } }];

		expect(
			await testCredential({ signingSecret: SECRET, baseUrl: `${holder.receiver.origin}/api/v1` }),
		).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('check that Base URL'),
		});
	});
});
