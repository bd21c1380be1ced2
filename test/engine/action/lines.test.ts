import { Chert } from '../../../nodes/Chert/Chert.node.ts';
import { from, LEAD, parts, text, useAction } from '../../support/action';
import { editorWith } from '../../support/credentialTest';
import { credentialFor } from '../../support/engine';
import { startForwardProxy } from '../../support/forwardProxy';

const action = useAction();
const { searchLineIds, searchLineNumbers } = new Chert().methods.listSearch;

it.each(['bearer', 'hmac'] as const)(
	'lists the lines of the account: %s',
	async (authentication) => {
		const editor = editorWith(credentialFor(action.sandbox, authentication));

		expect(await searchLineNumbers.call(editor)).toEqual({
			results: [
				{ name: '+15550100001', value: '+15550100001' },
				{ name: '+15550100002', value: '+15550100002' },
				{ name: '+15550100003 (inactive)', value: '+15550100003' },
			],
		});
		expect(await searchLineIds.call(editor, '010-0002')).toEqual({
			results: [{ name: '+15550100002', value: 'pl_15550100002' }],
		});
		expect(action.requests().map(({ route, status }) => [route, status])).toEqual([
			['lines.list', 200],
			['lines.list', 200],
		]);
	},
);

it('asks through the proxy of the node', async () => {
	const proxy = await startForwardProxy();
	const requestOptions = { proxy: proxy.url };
	const editor = editorWith(credentialFor(action.sandbox), { requestOptions });
	const { results } = await searchLineNumbers.call(editor);
	await proxy.close();

	expect(results).toHaveLength(3);
	expect(proxy.requests).toEqual(['GET /api/v1/phone-numbers']);
});

it('names a proxy that is no address', async () => {
	const requestOptions = { proxy: 'proxy.example' };
	const editor = editorWith(credentialFor(action.sandbox), { requestOptions });

	await expect(searchLineNumbers.call(editor)).rejects.toThrow(
		'Proxy "proxy.example" in Request Options is not an address',
	);
	expect(action.requests()).toEqual([]);
});

it('gives values that the operations take', async () => {
	const editor = editorWith(credentialFor(action.sandbox));
	const number = (await searchLineNumbers.call(editor, '0002')).results[0].value;
	const id = (await searchLineIds.call(editor, '0002')).results[0].value;
	await action.outputOf('chat.create', { ...from(String(number)), to: LEAD, ...parts(text()) });
	await action.outputOf('message.send', {
		phone: LEAD,
		body: 'Hi',
		options: { phoneLineId: { __rl: true, mode: 'list', value: id } },
	});

	expect(action.sandbox.control.messages().map(({ phoneLineId }) => phoneLineId)).toEqual([id, id]);
});

it('says what is wrong', async () => {
	const credential = credentialFor(action.sandbox);
	const search = (change: object) => searchLineIds.call(editorWith({ ...credential, ...change }));

	await expect(search({ signingSecret: 'wrong' })).rejects.toMatchObject({
		message:
			'Chert did not accept the credential: check Signing Secret in the Chert API credential',
		description: expect.stringMatching(
			/^If the secret was rotated, enter the new one, because the old one stopped working immediately\..* trace [0-9a-f]{12}\)$/,
		),
	});
	await expect(search({ baseUrl: action.sandbox.origin })).rejects.toMatchObject({
		message: 'Chert could not find this: check that Base URL ends in /api/v1',
		description: expect.stringContaining('Base URL is in the Chert API credential'),
	});
	await expect(search({ authentication: 'hmac', tenant: '' })).rejects.toThrow(
		'Tenant is empty in the Chert API credential',
	);
});
