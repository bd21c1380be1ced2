import { send } from './api.js';
import { checkFiles, Chips } from './composer.js';
import { e164, phoneText } from './format.js';
import { Dialog, html } from './ui.js';
import { useState } from './vendor/htm-preact.js';

const HOW_TO_WRITE =
	'Enter a phone number, e.g. (555) 010-0123, or +44 20 7946 0958 outside the US.';

/**
 * The form by which a new customer writes first.
 *
 * @param {{ lines: object[], onSent: (chatId: string) => void, onClose: () => void }} props
 */
export function NewMessage({ lines, onSent, onClose }) {
	const [draft, setDraft] = useState({
		name: '',
		phone: '',
		phoneLineId: lines[0]?.phoneLineId,
		text: '',
		files: [],
	});
	const [alert, setAlert] = useState('');
	const field = (key) => ({
		value: draft[key],
		oninput: ({ target }) => setDraft({ ...draft, [key]: target.value }),
	});
	const choose = ({ target }) => {
		const { files, alert: text } = checkFiles([...target.files]);
		setAlert(text);
		setDraft({ ...draft, files: [...draft.files, ...files] });
		target.value = '';
	};

	async function submit(event, close) {
		event.preventDefault();
		const { files, phoneLineId } = draft;
		const phone = e164(draft.phone);
		const text = draft.text.trim();
		const name = draft.name.trim();
		if (!phone) return setAlert(HOW_TO_WRITE);
		if (text === '' && files.length === 0) return setAlert('Enter a message or add a photo.');
		try {
			const chatId = await send(phone, { text, files }, { phoneLineId, ...(name ? { name } : {}) });
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
					<label
						>Phone number<input
							type="tel"
							autocomplete="off"
							placeholder="(555) 010-0123"
							...${field('phone')}
					/></label>
					<label
						>Name (optional)<input
							autocomplete="off"
							placeholder="e.g. Ana Ruiz"
							...${field('name')}
					/></label>
					<label>
						To
						<select ...${field('phoneLineId')}>
							${lines.map(
								({ phoneLineId, phoneNumber }) =>
									html`<option value=${phoneLineId}>Line ${phoneText(phoneNumber)}</option>`,
							)}
						</select>
					</label>
					<label>Message<textarea rows="3" ...${field('text')} /></label>
					<${Chips} files=${draft.files} setFiles=${(files) => setDraft({ ...draft, files })} />
					<label>Photo or file (optional)<input type="file" multiple onchange=${choose} /></label>
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
