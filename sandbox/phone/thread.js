import { Message } from './message.js';
import { rowsOf } from './rows.js';
import { html, Spoken } from './ui.js';
import { useEffect, useRef, useState } from './vendor/htm-preact.js';

/** Messages shown at first, and added by each Show Earlier Messages: a load test may have thousands. */
const PAGE_MESSAGES = 200;

/** Nearer to the end than this counts as being at the end. */
const END_SLACK_PX = 60;

/** Moves the focus between the React buttons by arrow keys. */
function moveFocus(event) {
	if (!event.target.matches('.react')) return;
	const stops = [...event.currentTarget.querySelectorAll('.react')];
	const at = stops.indexOf(event.target);
	const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: stops.length - 1 }[event.key];
	if (to === undefined) return;
	event.preventDefault();
	stops[Math.min(Math.max(0, to), stops.length - 1)].focus();
}

/**
 * The messages of the open conversation.
 *
 * @param {{ store: import('./store.js').Store, chat: object, title: string, openPhoto: Function,
 * openPicker: Function }} props
 */
export function Thread({ store, chat, title, openPhoto, openPicker }) {
	const [shownCount, setShownCount] = useState(PAGE_MESSAGES);
	const [focusedId, setFocusedId] = useState(null);
	const area = useRef(null);
	const rows = rowsOf(store, chat);
	const lastId = store.thread(chat.id).at(-1)?.id;
	const [seenId, setSeenId] = useState(lastId);
	const isAtEnd = () => !area.current || area.current.scrollTop > -END_SLACK_PX;
	const speaker = store.speaker(chat);
	const who = ({ direction, from }) => {
		if (direction === 'outbound') return 'the workflow';
		return from === speaker ? 'you' : store.nameIn(chat, from);
	};
	useEffect(() => {
		if (rows.at(-1)?.isMine) area.current.scrollTop = 0;
		if (isAtEnd()) setSeenId(lastId);
	}, [lastId]);
	const showNewest = () => {
		area.current.scrollTop = 0;
		area.current.focus({ preventScroll: true });
	};
	// One React button is a tab stop, so that Tab gets past a long conversation; arrow keys reach the others.
	const tabStop = focusedId ?? lastId;
	const actions = { who, openPhoto, openPicker };
	return html`
		<div
			class="scroll"
			ref=${area}
			tabindex="0"
			role="group"
			aria-label="Messages with ${title}"
			onscroll=${() => isAtEnd() && setSeenId(lastId)}
		>
			<div>
				${
					rows.length > shownCount &&
					html`<button
						type="button"
						class="button"
						onclick=${() => setShownCount(shownCount + PAGE_MESSAGES)}
					>
						Show Earlier Messages
					</button>`
				}
				<ol
					class="thread"
					onkeydown=${moveFocus}
					onfocusin=${({ target }) => setFocusedId(target.dataset.message ?? null)}
					onfocusout=${() => setFocusedId(null)}
				>
					${rows
						.slice(-shownCount)
						.map((row) =>
							row.message
								? html`<${Message}
										...${row}
										...${actions}
										tabIndex=${row.key === tabStop ? 0 : -1}
									/>`
								: html`<li key=${row.key} class="system">${row.text}</li>`,
						)}
				</ol>
				${
					chat.isTyping &&
					html`<p class="typing"><${Spoken}>The workflow is typing<//><i /><i /><i /></p>`
				}
			</div>
		</div>
		${
			seenId !== lastId &&
			!isAtEnd() &&
			html`<button type="button" class="button newest" onclick=${showNewest}>New Messages</button>`
		}
	`;
}
