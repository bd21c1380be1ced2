import { startSandbox, type Sandbox } from '../../../sandbox';
import { credentialFor } from '../../support/engine';
import { TriggerHost, type TriggerOptions, type UrlKind } from '../../support/triggerEngine';

let sandbox: Sandbox;
let host: TriggerHost;

beforeAll(async () => {
	sandbox = await startSandbox();
});

afterEach(async () => await host.close());

afterAll(async () => await sandbox.close());

describe.each<UrlKind>(['production', 'test'])(
	'activation at the %s URL is refused before any call',
	(kind) => {
		const start = async (options: Partial<TriggerOptions>) => {
			host = await TriggerHost.start({
				credential: credentialFor(sandbox),
				parameters: { events: ['message.received'] },
				...options,
			});
		};

		afterEach(() => {
			expect(host.record(kind)).toBeUndefined();
			expect(sandbox.control.requests()).toEqual([]);
		});

		it('for a URL that Chert cannot reach, with WEBHOOK_URL named', async () => {
			const credential = { ...credentialFor(sandbox), baseUrl: 'https://chert.example.com/api/v1' };
			await start({ credential });
			await expect(host.activate(kind)).rejects.toMatchObject({
				name: 'NodeOperationError',
				message: expect.stringContaining(host.url(kind)),
				description: expect.stringContaining('WEBHOOK_URL'),
			});
		});

		it('for an incomplete credential, with the missing field named', async () => {
			await start({ credential: { ...credentialFor(sandbox, 'hmac'), tenant: '' } });
			await expect(host.activate(kind)).rejects.toMatchObject({
				message: expect.stringMatching(/^Tenant is empty in the Chert API credential/),
			});
		});

		it('for a filter that no event could match, with the entry named', async () => {
			await start({
				parameters: { events: ['*'], options: { senders: '+15550100123; 555-0100' } },
			});
			await expect(host.activate(kind)).rejects.toMatchObject({
				name: 'NodeOperationError',
				message: expect.stringMatching(/^Senders "555-0100" is neither/),
			});
		});
	},
);
