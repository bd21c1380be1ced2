import { attachmentFrom, reply } from './api.js';
import { byId, el, icon } from './dom.js';
import { sizeText } from './format.js';
import { acceptFiles } from './intake.js';

/** What the API takes too. */
const MAX_FILE_BYTES = 100 * 1024 * 1024;

/** The writing box grows to this height, then it scrolls. */
const MAX_BOX_PX = 140;

const NOTHING = { text: '', files: [] };

/**
 * The place where the person writes as a lead: text, and photos or files.
 *
 * @param {import('./store.js').Store} store
 * @param {() => void} onSent
 */
export function createComposer(store, onSent) {
	const box = byId('composer-text');
	const send = byId('send');
	const chosen = byId('chosen');
	const problem = byId('composer-problem');
	const persona = byId('persona');
	/** What is being written in each conversation: it waits there while another one is open. */
	const drafts = new Map();
	let shownId = null;
	let isSending = false;

	const draft = () => drafts.get(shownId) ?? NOTHING;

	function setFiles(files) {
		drafts.set(shownId, { text: box.value, files });
		renderDraft();
		box.focus();
	}

	function add(files) {
		const tooLarge = files.find(({ size }) => size > MAX_FILE_BYTES);
		problem.textContent = tooLarge
			? `${tooLarge.name} has ${sizeText(tooLarge.size)}; a file may have up to 100 MB.`
			: '';
		setFiles([...draft().files, ...files.filter(({ size }) => size <= MAX_FILE_BYTES)]);
	}

	function chip(file) {
		const url = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
		const release = () => URL.revokeObjectURL(url);
		return el(
			'li',
			{ className: 'chip' },
			url ? el('img', { src: url, alt: '', onload: release, onerror: release }) : icon('file'),
			el('span', {}, file.name),
			el(
				'button',
				{
					type: 'button',
					'aria-label': `Remove ${file.name}`,
					onclick: () => setFiles(draft().files.filter((each) => each !== file)),
				},
				icon('close'),
			),
		);
	}

	function renderDraft() {
		const { files } = draft();
		chosen.replaceChildren(...files.map(chip));
		chosen.hidden = files.length === 0;
		fit();
	}

	/** Fits the writing box to its text, and the send button to whether there is anything to send. */
	function fit() {
		box.style.height = 'auto';
		box.style.height = `${Math.min(box.scrollHeight + 2, MAX_BOX_PX)}px`;
		send.disabled = isSending || (box.value.trim() === '' && draft().files.length === 0);
	}

	async function submit() {
		const chat = store.selected;
		const phone = chat && store.persona(chat);
		const text = box.value.trim();
		const { files } = draft();
		if (isSending || !phone || (text === '' && files.length === 0)) return;
		isSending = true;
		problem.textContent = '';
		fit();
		try {
			await sendAll(phone, chat.id, text, files);
			drafts.delete(chat.id);
			if (shownId === chat.id) box.value = '';
			onSent();
		} catch (error) {
			problem.textContent = `Not sent: ${error.message}`;
		} finally {
			isSending = false;
			renderDraft();
			box.focus();
		}
	}

	function renderPersona(chat) {
		const able = store.writers(chat);
		const current = store.persona(chat);
		byId('persona-label').hidden = able.length < 2;
		persona.replaceChildren(
			...able.map((phone) =>
				el('option', { value: phone, selected: phone === current }, store.nameIn(chat, phone)),
			),
		);
		box.placeholder = current
			? `Reply as ${store.nameIn(chat, current)}`
			: 'Nobody here has a phone number';
	}

	send.append(icon('send'));
	acceptFiles(add, box);
	byId('composer').addEventListener('submit', (event) => {
		event.preventDefault();
		void submit();
	});
	box.addEventListener('keydown', (event) => {
		if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
		event.preventDefault();
		void submit();
	});
	box.addEventListener('input', () => {
		drafts.set(shownId, { text: box.value, files: draft().files });
		fit();
	});
	persona.addEventListener('change', () => store.setPersona(shownId, persona.value));

	return {
		render() {
			const chat = store.selected;
			if (!chat) return;
			renderPersona(chat);
			if (chat.id === shownId) return;
			shownId = chat.id;
			box.value = draft().text;
			problem.textContent = '';
			renderDraft();
		},
		focus: () => box.focus(),
	};
}

/** Text and first file are one message, as when a person writes below a photo; each further file is one of its own. */
async function sendAll(phone, chatId, text, files) {
	const [first, ...others] = files;
	await reply(phone, {
		chatId,
		...(text === '' ? {} : { text }),
		...(first ? { attachment: await attachmentFrom(first) } : {}),
	});
	for (const file of others) await reply(phone, { chatId, attachment: await attachmentFrom(file) });
}
