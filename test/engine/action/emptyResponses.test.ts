import type { IDataObject } from 'n8n-workflow';

import { credentialFor } from '../../support/engine';
import { LEAD, useAction } from '../../support/action';
import { serve } from '../transport/support';

const action = useAction();

const CHAT = { chatId: 'ch_1' };
const MESSAGE = { messageId: 'msg_1' };
const CARD = { card: { fullName: 'Ana Lopez' } };

/** Parameters, and what identifies the work in the output. */
const CASES: Array<[operation: string, parameters: IDataObject, ids: IDataObject]> = [
	['chat.addParticipant', { ...CHAT, address: LEAD }, CHAT],
	['chat.leave', CHAT, CHAT],
	['chat.markRead', CHAT, CHAT],
	['chat.setTyping', CHAT, CHAT],
	['chat.updateGroup', { ...CHAT, updateFields: { displayName: 'Kitchen' } }, CHAT],
	['contact.sendCard', { recipient: 'phone', phone: LEAD, ...CARD }, { phone: LEAD }],
	['contact.shareOwn', CHAT, CHAT],
	['event.replay', { eventRowId: 'evt_1' }, { eventRowId: 'evt_1' }],
	['message.edit', { ...MESSAGE, text: 'See you at 4' }, MESSAGE],
	['message.react', { ...MESSAGE, reaction: 'love' }, MESSAGE],
	['webhook.delete', { webhookId: 'sub_1' }, { webhookId: 'sub_1' }],
];

it.each(CASES)(
	'%s says that it was done when Chert says nothing',
	async (name, parameters, ids) => {
		const server = await serve((_request, response) => response.writeHead(204).end());
		const credential = { ...credentialFor(action.sandbox), baseUrl: server.origin };
		const { items, error } = await action.run(name, parameters, { credential });
		await server.close();

		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json)).toEqual([{ success: true, ...ids }]);
	},
);
