import type { IDataObject } from 'n8n-workflow';

import { addIds, toOutputItem } from '../../../../nodes/Chert/transport/output';

const withIds = (json: IDataObject, given = {}) => {
	addIds(json, given);
	const { chatId, messageId, phone } = json;
	return { chatId, messageId, phone };
};

it.each<[string, IDataObject, object, object]>([
	['a response of Send', { lead_id: 'c', message_id: 'm', convo_id: 'x' }, {}, ['c', 'm']],
	['a response of Create Chat', { chat: { id: 'c' }, message: { id: 'm' } }, {}, ['c', 'm']],
	['a message with its chat', { id: 'm', chat_id: 'c', messageId: 'm' }, {}, ['c', 'm']],
	['a response without IDs', { ok: true }, { chatId: 'c', messageId: 'm' }, ['c', 'm']],
	[
		'a response that names other IDs',
		{ chat_id: 'c2' },
		{ chatId: 'c', messageId: 'm' },
		['c2', 'm'],
	],
	['IDs that are no text', { chat_id: 7, message_id: '' }, {}, [undefined, undefined]],
	['nothing', {}, {}, [undefined, undefined]],
])('addIds reads %s', (_what, json, given, ids) => {
	const [chatId, messageId] = ids as Array<string | undefined>;
	expect(withIds(json, given)).toEqual({ chatId, messageId, phone: undefined });
});

it('addIds adds the phone that was given, and no empty fields', () => {
	expect(withIds({}, { phone: '+15550100123' }).phone).toBe('+15550100123');
	const json = { status: 'sent' };
	addIds(json);
	expect(Object.keys(json)).toEqual(['status']);
});

const INPUT = {
	json: { name: 'Ana', status: 'new' },
	binary: { photo: { data: 'a', mimeType: 'image/png' } },
};
const FILE = { data: 'b', mimeType: 'image/png' };

it('toOutputItem pairs the output with its input item', () => {
	expect(toOutputItem({ json: { status: 'sent' } }, INPUT, 3, false)).toEqual({
		json: { status: 'sent' },
		pairedItem: { item: 3 },
	});
	expect(toOutputItem({ json: {}, binary: { data: FILE } }, INPUT, 0, false).binary).toEqual({
		data: FILE,
	});
});

it('toOutputItem adds the fields and files of the input; those of the output win', () => {
	expect(
		toOutputItem({ json: { status: 'sent' }, binary: { data: FILE } }, INPUT, 0, true),
	).toEqual({
		json: { name: 'Ana', status: 'sent' },
		binary: { photo: INPUT.binary.photo, data: FILE },
		pairedItem: { item: 0 },
	});
	expect(toOutputItem({ json: {} }, { json: {} }, 0, true)).not.toHaveProperty('binary');
	expect(INPUT.json).toEqual({ name: 'Ana', status: 'new' });
});
