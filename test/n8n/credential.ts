import { chertCredential } from '../../hosts/chertCredential';
import type { TestHost } from './testHost';

/** The button "Test" of the credential's dialog. */
export function credentialCases(host: () => TestHost): void {
	const test = async (changes: Record<string, unknown>) => {
		const { n8n, sandbox } = host();
		return await n8n.rest.testCredential(chertCredential(sandbox, changes));
	};

	it.each([
		{ authentication: 'bearer' },
		{ authentication: 'bearer', tenant: '' },
		{ authentication: 'hmac' },
	])('accepts the right secret: %j', async (changes) => {
		expect(await test(changes)).toMatchObject({ status: 'OK' });
	});

	it.each([
		{ authentication: 'bearer', signingSecret: 'f'.repeat(32) },
		{ authentication: 'hmac', signingSecret: 'f'.repeat(32) },
		{ authentication: 'bearer', tenant: 'somebody-else' },
	])('refuses %j', async (changes) => {
		expect(await test(changes)).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/\w/),
		});
	});

	it('gives the code alone where nobody listens, as the README says, or words of n8n 1', async () => {
		const message = expect.stringMatching(/ECONNREFUSED|^The service refused the connection/);
		expect(await test({ baseUrl: 'http://127.0.0.1:9/api/v1' })).toMatchObject({
			status: 'Error',
			message,
		});
	});

	it('asks for the tenant when signed requests lack it', async () => {
		const result = await test({ authentication: 'hmac', tenant: '' });
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(/tenant/i);
	});

	it('sends nothing but the one harmless request', async () => {
		await test({ authentication: 'hmac' });
		expect(host().sandbox.control.requests()).toMatchObject([
			{ method: 'GET', path: expect.stringContaining('/phone-numbers') },
		]);
	});
}
