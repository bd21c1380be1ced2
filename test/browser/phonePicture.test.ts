import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LEAD, LINE, OTHER_LEAD, THIRD_LEAD } from '../support/fixtures';
import { useReceiver } from '../support/receiver';
import { usePhone } from '../support/phone';

const context = usePhone();
const holder = useReceiver();

const FILES = join(__dirname, '../../demo/files');

/** The size and sharpness of the README's picture. */
const PICTURE = { viewport: { width: 900, height: 900 }, deviceScaleFactor: 1.5 };

/** Uploads a file of the demo. */
async function upload(fileName: string, mimeType: string): Promise<string> {
	return await context.api.upload(readFileSync(join(FILES, fileName)), mimeType, fileName);
}

/** Sends parts on a chat. */
async function send(chatId: string, parts: object[], more: object = {}): Promise<void> {
	await context.api.post(`/chats/${chatId}/messages`, { message: { parts }, ...more });
}

it('shows the conversation of the README', async () => {
	const { api, sandbox } = context;
	await api.post('/webhook-subscriptions', { url: holder.receiver.url });
	const invoice = await upload('invoice-1042.pdf', 'application/pdf');
	const dina = { phone: THIRD_LEAD, name: 'Dina Klein', body: 'Your invoice is ready.' };
	await api.post('/send', { ...dina, attachments: [invoice] });
	await api.post('/send', { phone: OTHER_LEAD, name: 'Omar Haddad', body: 'Tom is on his way.' });
	const place = { latitude: 40.7128, longitude: -74.006, label: 'Technician' };
	await api.post('/locations', { phone: OTHER_LEAD, ...place });
	const group = await api.post('/chats', {
		from: LINE,
		to: [OTHER_LEAD, THIRD_LEAD],
		message: {
			subject: 'Friday Crew',
			parts: [{ type: 'text', value: 'Who can help on Friday?' }],
		},
	});
	const help = { chatId: group.body.chat.id, text: 'I can bring the ladder.' };
	await sandbox.control.reply(OTHER_LEAD, help);
	const greeting = 'Hi Ana, your room is done!\nThank you for choosing Northwind.';
	const ana = await api.post('/send', { phone: LEAD, name: 'Ana Ruiz', body: greeting });
	const chatId = ana.body.lead_id;
	const photos = [
		{ type: 'media', attachment_id: await upload('before.png', 'image/png') },
		{ type: 'media', attachment_id: await upload('after.png', 'image/png') },
	];
	await send(chatId, photos, { parallel_attachments: true });
	const link = { url: 'https://reviews.example/northwind', title: 'Review Northwind' };
	await send(chatId, [{ type: 'rich_link', ...link, summary: 'Two minutes that help us a lot.' }]);
	await sandbox.control.reply(LEAD, {
		reaction: { type: 'love', messageId: ana.body.message_id },
	});
	const text = 'It looks wonderful! I left you five stars.';
	const { message } = await sandbox.control.reply(LEAD, { text });
	await api.post(`/messages/${message?.id}/react`, { reaction: 'like' });
	await api.post(`/chats/${chatId}/mark-read`);
	await sandbox.control.idle();

	const phone = await context.open(PICTURE);
	await phone
		.message(text)
		.getByText(/^Read .* · workflow called$/)
		.waitFor();
	await phone.page.getByRole('group', { name: '2 photos' }).waitFor();
	await phone.picture('phone');
});
