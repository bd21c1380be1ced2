import { credentialFor } from '../../support/engine';
import { useSandbox } from '../../support/sandbox';
import { TriggerHost, type TriggerOptions, type UrlKind } from '../../support/triggerEngine';

const context = useSandbox();
let host: TriggerHost;

afterEach(async () => await host.close());

describe.each<UrlKind>(['production', 'test'])(
	'activation at the %s URL is refused before any call',
	(kind) => {
		const start = async (options: Partial<TriggerOptions>) => {
			host = await TriggerHost.start({
				credential: credentialFor(context.sandbox),
				parameters: { events: ['message.received'] },
				...options,
			});
		};

		afterEach(() => {
			expect(host.record(kind)).toBeUndefined();
			expect(context.sandbox.control.requests()).toEqual([]);
		});

		it('for a URL that Chert cannot reach, with WEBHOOK_URL named', async () => {
			const credential = {
				...credentialFor(context.sandbox),
				baseUrl: 'https://chert.example.com/api/v1',
			};
			await start({ credential });
			await expect(host.activate(kind)).rejects.toMatchObject({
				name: 'NodeOperationError',
				message: expect.stringContaining(host.url(kind)),
				description: expect.stringContaining('WEBHOOK_URL'),
			});
		});

		it('for an incomplete credential, with the missing field named', async () => {
			await start({ credential: { ...credentialFor(context.sandbox, 'hmac'), tenant: '' } });
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
