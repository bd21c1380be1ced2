import { reply } from './api.js';
import { byId } from './dom.js';

/**
 * The form by which someone new writes first.
 *
 * @param {(chatId: string) => void} onSent
 */
export function createLeadForm(onSent) {
	const dialog = byId('lead');
	const phone = byId('lead-phone');
	const text = byId('lead-text');
	const problem = byId('lead-problem');
	byId('open-lead').addEventListener('click', () => {
		problem.textContent = '';
		text.value = '';
		dialog.showModal();
		phone.select();
	});
	byId('lead-cancel').addEventListener('click', () => dialog.close());
	byId('lead-form').addEventListener('submit', async (event) => {
		event.preventDefault();
		try {
			const { chatId } = await reply(phone.value.trim(), { text: text.value.trim() });
			dialog.close();
			onSent(chatId);
		} catch (error) {
			problem.textContent = `Not sent: ${error.message}`;
		}
	});
}
