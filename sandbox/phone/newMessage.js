import { sendAsCustomer } from './api.js';
import { e164, phoneText } from './format.js';
import { Dialog, html } from './ui.js';
import { useState } from './vendor/htm-preact.js';

const PHONE_HELP = 'Enter a phone number, e.g. (555) 010-0123, or +44 20 7946 0958 outside the US.';

/**
 * The form by which a new customer writes first.
 *
 * @param {{ lines: object[], onSent: (chatId: string) => void, onClose: () => void }} props
 */
export function NewMessage({ lines, onSent, onClose }) {
	const [alert, setAlert] = useState('');

	async function submit(event, close) {
		event.preventDefault();
		const data = new FormData(event.target);
		const [phone, name, text] = ['phone', 'name', 'text'].map((key) => data.get(key).trim());
		// Without a choice, a form has one empty file.
		const files = data.getAll('files').filter(({ size }) => size > 0);
		const number = e164(phone);
		if (!number) return setAlert(PHONE_HELP);
		if (text === '' && files.length === 0) return setAlert('Enter a message or add a photo.');
		const target = { phoneLineId: data.get('line'), ...(name === '' ? {} : { name }) };
		try {
			const chatId = await sendAsCustomer(number, { text, files }, target);
			close();
			onSent(chatId);
		} catch (error) {
			setAlert(`Not Delivered: ${error.message}`);
		}
	}

	return html`
		<${Dialog} label="New Message" kind="sheet" onClose=${onClose}>
			${(close) => html`
				<form novalidate onsubmit=${(event) => submit(event, close)}>
					<h2>New Message</h2>
					<p class="lead">Write to one of your lines as a new customer.</p>
					<label>
						Phone number
						<input type="tel" name="phone" autocomplete="off" placeholder="(555) 010-0123" />
					</label>
					<label
						>Name (optional)<input name="name" autocomplete="off" placeholder="e.g. Ana Ruiz"
					/></label>
					<label>
						To
						<select name="line">
							${lines.map(
								({ phoneLineId, phoneNumber }) =>
									html`<option value=${phoneLineId}>Line ${phoneText(phoneNumber)}</option>`,
							)}
						</select>
					</label>
					<label>Message<textarea name="text" rows="3" /></label>
					<label>Photo or file (optional)<input type="file" name="files" multiple /></label>
					<p class="alert" role="alert">${alert}</p>
					<div class="dialog-buttons">
						<button type="button" class="button" onclick=${close}>Cancel</button>
						<button class="button main">Send</button>
					</div>
				</form>
			`}
		<//>
	`;
}
