import { Collage, ContactCard, LinkCard, LocationCard, Media, Photo } from './cards.js';
import { attachmentOf, effectText, fileKind, safeHref, summary, timeText } from './format.js';
import { Badges, tapbacksOf, useHold } from './tapbacks.js';
import { html, Icon, Spoken } from './ui.js';
import { useRef, useState } from './vendor/htm-preact.js';

/** An address in a text, without the punctuation that ends the sentence. */
const LINK = /(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]])/;

/** Longest part of a message that a button's name quotes. */
const QUOTE_LENGTH = 60;

/** Text with its addresses as links. */
const Linked = ({ text }) =>
	text.split(LINK).map((piece) => {
		const href = LINK.test(piece) && safeHref(piece);
		return href
			? html`<a href=${href} target="_blank" rel="noopener noreferrer">${piece}</a>`
			: piece;
	});

function Part({ part }) {
	switch (part.type) {
		case 'text':
			return html`<p class="bubble"><${Linked} text=${part.value} /></p>`;
		case 'rich_link':
		case 'link':
			return html`<${LinkCard} ...${part} />`;
		case 'location':
			return html`<${LocationCard} ...${part} />`;
		case 'contact':
			return html`<${ContactCard} ...${part} />`;
		default:
			return html`<p class="bubble">[${part.type}]</p>`;
	}
}

/** The pieces of a message in their order: its parts, with neighboring photos of a grouped message as one piece. */
function piecesOf(message) {
	const pieces = [];
	for (const part of message.parts) {
		const file = part.type === 'media' ? attachmentOf(message, part) : null;
		const isPhoto = file !== null && fileKind(file.mimeType) === 'photo';
		const photos = message.parallelAttachments && isPhoto ? pieces.at(-1)?.photos : undefined;
		if (photos) photos.push(file);
		else pieces.push(isPhoto ? { photos: [file] } : { part, file });
	}
	return pieces;
}

function Piece({ piece: { part, file, photos }, openPhoto }) {
	if (photos?.length > 1)
		return html`<${Collage} files=${photos} open=${(index) => openPhoto(photos, index)} />`;
	if (photos) return html`<${Photo} file=${photos[0]} open=${() => openPhoto(photos, 0)} />`;
	return file ? html`<${Media} file=${file} />` : html`<${Part} part=${part} />`;
}

/** `Edited`, which shows and hides the earlier texts as on the phone. */
function Edits({ history }) {
	const [isOpen, setOpen] = useState(false);
	return html`
		${
			isOpen &&
			html`
				<ol class="edits" aria-label="Earlier texts">
					${history.map(({ previousText }) => html`<li class="bubble">${previousText}</li>`)}
				</ol>
			`
		}
		<button
			type="button"
			class="note"
			aria-expanded=${String(isOpen)}
			onclick=${() => setOpen(!isOpen)}
		>
			${isOpen ? 'Hide Edits' : 'Edited'}
		</button>
	`;
}

/**
 * One message of a conversation.
 *
 * @param {object} props a row of `rowsOf`, and: `who` gives the name of a reaction's person, `openPhoto` shows photos
 * large, `openPicker` lets the person choose a tapback, `tabIndex` is that of the React button
 */
export function Message({
	message,
	isMine,
	sender,
	showsSender,
	isFirst,
	isLast,
	receipt,
	who,
	openPhoto,
	openPicker,
	tabIndex,
}) {
	const first = useRef(null);
	const text = summary(message);
	const quote = text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH)}…` : text;
	const reactions = tapbacksOf(message);
	const open = () => openPicker({ message, anchor: first.current, label: `Tapback on “${quote}”` });
	const hold = useHold(open);
	const classes = ['message', isMine ? 'mine' : 'theirs', isFirst && 'first', isLast && 'last'];
	return html`
		<li class=${classes.filter(Boolean).join(' ')} title=${timeText(message.createdAt)}>
			${showsSender ? html`<p class="sender">${sender}</p>` : html`<${Spoken}>${sender}: <//>`}
			<div class="line flex">
				<div class="stack" ...${hold}>
					${piecesOf(message).map(
						(piece, index) => html`
							<div class="piece" ref=${index === 0 ? first : null}>
								${index === 0 && reactions.length > 0 && html`<${Badges} reactions=${reactions} who=${who} />`}
								<${Piece} piece=${piece} openPhoto=${openPhoto} />
							</div>
						`,
					)}
				</div>
				<button
					type="button"
					class="circle react"
					tabindex=${tabIndex}
					aria-label="React to “${quote}”"
					title="React"
					data-message=${message.id}
					onclick=${open}
				>
					<${Icon} name="smile" />
				</button>
			</div>
			${message.effect && html`<p class="note">Sent with ${effectText(message.effect)}</p>`}
			${message.editHistory.length > 0 && html`<${Edits} history=${message.editHistory} />`}
			<${Spoken}>${timeText(message.createdAt)}<//>
			${
				receipt &&
				html`
					<p class="receipt">
						<strong>${receipt.status}</strong>
						${receipt.text && html`<span class=${receipt.isFailed ? 'failed' : ''}> · ${receipt.text}</span>`}
					</p>
				`
			}
		</li>
	`;
}
