import { LEAD, LINE, OTHER_LEAD, THIRD_LEAD } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectError } from './support';

const context = useSandbox();

const EVERYONE = [LEAD, OTHER_LEAD, THIRD_LEAD];
const escaped = encodeURIComponent(LEAD);

describe('PUT /chats/{id}', () => {
	it('renames and sets the icon, last write wins', async () => {
		const id = await context.api.group();
		const named = await context.api.call('PUT', `/chats/${id}`, {
			body: { display_name: '  Roof team ' },
		});
		expect(named.body).toEqual({
			chat: { id, display_name: 'Roof team', group_chat_icon: null, is_group: true },
		});
		const icon = 'https://img.example/roof.png';
		const iconed = await context.api.call('PUT', `/chats/${id}`, {
			body: { group_chat_icon: icon },
		});
		expect(iconed.body.chat).toMatchObject({ display_name: 'Roof team', group_chat_icon: icon });
	});

	it.each([
		['nothing to change', {}, 400, 1001],
		['an empty name', { display_name: '   ' }, 400, 1002],
		['an icon without HTTPS', { group_chat_icon: 'http://img.example/roof.png' }, 400, 1002],
		['no JSON', '{', 400, 1004],
	])('refuses %s', async (_case, body, status, code) => {
		expectError(
			await context.api.call('PUT', `/chats/${await context.api.group()}`, { body }),
			status,
			code,
		);
	});
});

describe('participants', () => {
	it('adds a phone or an e-mail address once, under either name', async () => {
		const id = await context.api.group([LEAD, OTHER_LEAD]);
		const added = await context.api.post(`/chats/${id}/participants`, { address: THIRD_LEAD });
		expect(added.body).toEqual({ chat_id: id, added: THIRD_LEAD, participants: EVERYONE });
		const again = await context.api.post(`/chats/${id}/participants`, { handle: THIRD_LEAD });
		expect(again.body.participants).toEqual(EVERYONE);
		const mail = await context.api.post(`/chats/${id}/participants`, {
			address: 'Ana@Shop.Example',
		});
		expect(mail.body.added).toBe('ana@shop.example');
	});

	it.each([
		['no address', {}, 400, 1001],
		[
			'an address that is neither a phone number nor an e-mail address',
			{ address: 'Ana' },
			400,
			1002,
		],
		['an address that is not text', { address: 15550100123 }, 400, 1002],
		['an unknown field', { address: LEAD, name: 'Ana' }, 400, 1002],
		['no JSON', '{', 400, 1004],
	])('refuses to add %s', async (_case, body, status, code) => {
		expectError(
			await context.api.post(`/chats/${await context.api.group()}/participants`, body),
			status,
			code,
		);
	});

	it('removes a member by the escaped address', async () => {
		const id = await context.api.group();
		const { body } = await context.api.call('DELETE', `/chats/${id}/participants/${escaped}`);
		expect(body).toEqual({ chat_id: id, removed: LEAD, participants: [OTHER_LEAD, THIRD_LEAD] });
		expectError(
			await context.api.call('DELETE', `/chats/${id}/participants/${escaped}`),
			400,
			1001,
		);
	});

	it.each([
		['an empty address', ''],
		['a blank address', '%20'],
		['somebody who is not in the group', '%2B15550109999'],
	])('refuses to remove %s', async (_case, address) => {
		const id = await context.api.group();
		expectError(
			await context.api.call('DELETE', `/chats/${id}/participants/${address}`),
			400,
			1001,
		);
	});

	it('takes an e-mail address in any case', async () => {
		const id = await context.api.group();
		await context.api.post(`/chats/${id}/participants`, { address: 'ana@shop.example' });
		const path = `/chats/${id}/participants/${encodeURIComponent('Ana@Shop.Example')}`;
		expect((await context.api.call('DELETE', path)).body).toEqual({
			chat_id: id,
			removed: 'ana@shop.example',
			participants: EVERYONE,
		});
	});

	it('keeps three in a group, the line among them', async () => {
		const id = await context.api.group([LEAD, OTHER_LEAD]);
		expectError(
			await context.api.call('DELETE', `/chats/${id}/participants/${escaped}`),
			400,
			1002,
		);
	});
});

describe('POST /chats/{id}/leave', () => {
	it('leaves once, and nothing can be sent after that', async () => {
		const id = await context.api.group();
		expect((await context.api.post(`/chats/${id}/leave`)).body).toEqual({
			chat_id: id,
			status: 'left',
		});
		expectError(await context.api.post(`/chats/${id}/leave`), 400, 1006);
		const message = { message: { parts: [{ type: 'text', value: 'Hi' }] } };
		expectError(await context.api.post(`/chats/${id}/messages`, message), 409, 1012);
	});

	it('is refused when fewer than three would stay', async () => {
		expectError(
			await context.api.post(`/chats/${await context.api.group([LEAD, OTHER_LEAD])}/leave`),
			400,
			1002,
		);
	});
});

const OPERATIONS: Array<[string, string, string, unknown]> = [
	['PUT', '', 'rename', { display_name: 'Team' }],
	['POST', '/participants', 'add', { address: THIRD_LEAD }],
	['DELETE', `/participants/${escaped}`, 'remove', undefined],
	['POST', '/leave', 'leave', undefined],
];

it.each(OPERATIONS)(
	'%s /chats/{id}%s (%s) is for groups that exist',
	async (method, path, _name, body) => {
		const { chatId } = await context.api.send();
		expectError(await context.api.call(method, `/chats/${chatId}${path}`, { body }), 400, 1006);
		expectError(await context.api.call(method, `/chats/none${path}`, { body }), 404, 2002);
	},
);

it('records what changed, in place among the messages', async () => {
	const id = await context.api.group([LEAD, OTHER_LEAD]);
	const update = async (body: unknown) => await context.api.call('PUT', `/chats/${id}`, { body });
	await update({ display_name: 'Roof', group_chat_icon: 'https://img.example/roof.png' });
	await update({ display_name: 'Roof' });
	await context.sandbox.control.reply(LEAD, { chatId: id, text: 'Hi' });
	await context.api.post(`/chats/${id}/participants`, { address: THIRD_LEAD });
	await context.api.post(`/chats/${id}/participants`, { address: THIRD_LEAD });
	await context.api.call('DELETE', `/chats/${id}/participants/${escaped}`);
	await context.api.post(`/chats/${id}/participants`, { address: LEAD });
	await context.api.post(`/chats/${id}/leave`);
	const at = expect.any(String);
	const displayName = `${LEAD}, ${OTHER_LEAD}`;
	const { body: chats } = await context.api.control('GET', '/chats');
	expect(chats[0].changes).toEqual([
		{ type: 'created', at, afterSequence: 0, displayName },
		{ type: 'renamed', at, afterSequence: 1, displayName: 'Roof' },
		{ type: 'iconChanged', at, afterSequence: 1, icon: 'https://img.example/roof.png' },
		{ type: 'joined', at, afterSequence: 2, address: THIRD_LEAD },
		{ type: 'removed', at, afterSequence: 2, address: LEAD },
		{ type: 'joined', at, afterSequence: 2, address: LEAD },
		{ type: 'left', at, afterSequence: 2, address: LINE },
	]);
});

describe('on a line that has lost groups', () => {
	const plain = useSandbox({ lines: [{ phoneNumber: LINE }] });

	it.each(OPERATIONS)(
		'%s /chats/{id}%s (%s) responds with 4099, with 422 on the participants pages',
		async (method, path, _name, body) => {
			const id = await plain.api.group();
			const { capabilities } = plain.sandbox.lines[0];
			const all = capabilities.splice(0);
			try {
				expectError(
					await plain.api.call(method, `/chats/${id}${path}`, { body }),
					path.includes('participants') ? 422 : 501,
					4099,
				);
			} finally {
				capabilities.push(...all);
			}
		},
	);

	it.each(OPERATIONS)(
		'%s /chats/{id}%s (%s) gives 4099 without an active pinned line',
		async (method, path, _name, body) => {
			const id = await plain.api.group();
			const [line] = plain.sandbox.lines;
			line.isActive = false;
			try {
				expectError(
					await plain.api.call(method, `/chats/${id}${path}`, { body }),
					path.includes('participants') ? 422 : 501,
					4099,
				);
			} finally {
				line.isActive = true;
			}
		},
	);
});
