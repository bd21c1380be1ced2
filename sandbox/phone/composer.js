import { sendAsCustomer } from './api.js';
import { sizeText } from './format.js';
import { html, Icon } from './ui.js';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from './vendor/htm-preact.js';

/** What the API takes too. */
const MAX_FILE_BYTES = 100 * 1024 * 1024;

/** The text box grows to this height, then it scrolls. */
const MAX_BOX_PX = 140;

function Chip({ file, remove }) {
	const url = useMemo(() => file.type.startsWith('image/') && URL.createObjectURL(file), [file]);
	useEffect(() => () => url && URL.revokeObjectURL(url), [url]);
	return html`
		<li class="chip flex">
			${url ? html`<img src=${url} alt="" />` : html`<${Icon} name="file" />`}
			<span class="ellipsis">${file.name}</span>
			<button type="button" aria-label="Remove ${file.name}" onclick=${remove}>
				<${Icon} name="close" />
			</button>
		</li>
	`;
}

const hasFiles = (event) => Boolean(event.dataTransfer?.types.includes('Files'));

/** Takes files that a person drops on an element; returns whether one is over it. */
function useDrop(zone, add) {
	const [isOver, setOver] = useState(false);
	useEffect(() => {
		zone.current.ondragover = (event) => setOver(hasFiles(event));
		zone.current.ondragleave = ({ relatedTarget }) =>
			zone.current.contains(relatedTarget) || setOver(false);
		zone.current.ondrop = (event) => {
			setOver(false);
			if (hasFiles(event)) add([...event.dataTransfer.files]);
		};
	});
	return isOver;
}

// A file that misses the conversation must not replace the page.
for (const type of ['dragover', 'drop'])
	document.addEventListener(type, (event) => hasFiles(event) && event.preventDefault());

/**
 * The place where the person writes as the customer: text, and photos or files.
 *
 * @param {{ store: import('./store.js').Store, chat: object, zone: { current: HTMLElement } }} props `zone` takes
 * dropped files
 */
export function Composer({ store, chat, zone }) {
	const box = useRef(null);
	const input = useRef(null);
	const [draft, setDraft] = useState(store.drafts.get(chat.id) ?? { text: '', files: [] });
	const [alert, setAlert] = useState('');
	const [isSending, setSending] = useState(false);
	const able = store.writers(chat);
	const speaker = store.speaker(chat);
	const isEmpty = draft.text.trim() === '' && draft.files.length === 0;

	function change(part) {
		const changed = { ...draft, ...part };
		store.drafts.set(chat.id, changed);
		setDraft(changed);
	}
	function add(chosen) {
		const tooLarge = chosen.find(({ size }) => size > MAX_FILE_BYTES);
		setAlert(
			tooLarge ? `${tooLarge.name} is ${sizeText(tooLarge.size)}. A file can be up to 100 MB.` : '',
		);
		change({ files: [...draft.files, ...chosen.filter(({ size }) => size <= MAX_FILE_BYTES)] });
		box.current.focus();
	}
	const isDropping = useDrop(zone, add);

	async function submit(event) {
		event.preventDefault();
		if (isSending || isEmpty || !speaker) return;
		setSending(true);
		setAlert('');
		try {
			await sendAsCustomer(
				speaker,
				{ text: draft.text.trim(), files: draft.files },
				{ chatId: chat.id },
			);
			change({ text: '', files: [] });
		} catch (error) {
			setAlert(`Not Delivered: ${error.message}`);
		} finally {
			setSending(false);
			box.current?.focus();
		}
	}

	useLayoutEffect(() => {
		box.current.style.height = 'auto';
		box.current.style.height = `${Math.min(box.current.scrollHeight + 2, MAX_BOX_PX)}px`;
	}, [draft.text]);

	return html`
		<form class="composer" aria-label="Reply" onsubmit=${submit}>
			${
				able.length > 1 &&
				html`
					<label class="speaker flex">
						Reply as
						<select
							value=${speaker}
							onchange=${({ target }) => store.setSpeaker(chat.id, target.value)}
						>
							${able.map((phone) => html`<option value=${phone}>${store.nameIn(chat, phone)}</option>`)}
						</select>
					</label>
				`
			}
			${
				draft.files.length > 0 &&
				html`
					<ul class="chips" aria-label="Files to send">
						${draft.files.map(
							(file) =>
								html`<${Chip}
									file=${file}
									remove=${() => change({ files: draft.files.filter((each) => each !== file) })}
								/>`,
						)}
					</ul>
				`
			}
			<p class="alert" role="alert">${alert}</p>
			<div class="composer-row">
				<input
					ref=${input}
					type="file"
					multiple
					hidden
					onchange=${({ target }) => (add([...target.files]), (target.value = ''))}
				/>
				<button
					type="button"
					class="circle round"
					aria-label="Add a photo or file"
					onclick=${() => input.current.click()}
				>
					<${Icon} name="plus" />
				</button>
				<textarea
					ref=${box}
					id="composer-text"
					rows="1"
					aria-label="Message"
					enterkeyhint="send"
					autocomplete="off"
					placeholder=${speaker ? `Reply as ${store.nameIn(chat, speaker)}` : 'Nobody here has a phone number'}
					value=${draft.text}
					oninput=${({ target }) => change({ text: target.value })}
					onkeydown=${(event) => event.key === 'Enter' && !event.shiftKey && !event.isComposing && submit(event)}
					onpaste=${(event) =>
						event.clipboardData.files.length > 0 &&
						(event.preventDefault(), add([...event.clipboardData.files]))}
				/>
				<button
					type="submit"
					class="circle round send"
					aria-label="Send"
					disabled=${isSending || isEmpty}
				>
					<${Icon} name="send" />
				</button>
			</div>
			${isDropping && html`<div class="drop" aria-hidden="true">Drop to add</div>`}
		</form>
	`;
}
