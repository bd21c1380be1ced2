import { listText } from './format.js';
import { Dialog, html, Icon, Spoken } from './ui.js';
import { useLayoutEffect, useRef } from './vendor/htm-preact.js';

/** The six tapbacks, in the order of the phone. */
const TAPBACKS = {
	love: 'Love',
	like: 'Like',
	dislike: 'Dislike',
	laugh: 'Laugh',
	emphasize: 'Emphasize',
	question: 'Question',
};

const SIGNS = { laugh: 'HA HA', emphasize: '!!', question: '?' };

/** How long a finger rests on a bubble before the picker opens, as on the phone. */
const HOLD_MS = 450;

/** A finger that moves further than this is scrolling. */
const HOLD_SLACK_PX = 10;

/** Room between a bubble and the picker, and between the picker and the edge of the window. */
const GAP_PX = 8;

export const tapbackName = (type) => TAPBACKS[type] ?? type;

const Sign = ({ type }) => html`
	<span class="sign sign-${type}" aria-hidden="true">
		${SIGNS[type] ?? html`<${Icon} name=${type === 'love' ? 'love' : 'like'} />`}
	</span>
`;

/** The tapbacks in force: the last one of each person. */
export const tapbacksOf = (message) => [
	...new Map(message.reactions.map((reaction) => [reaction.from, reaction])).values(),
];

/**
 * The tapbacks on a bubble, one badge for each kind.
 *
 * @param {{ reactions: Array<{ type: string, from: string }>, who: (reaction: object) => string }} props `who` gives
 * the name of a person, `you` for the one that the page speaks for
 */
export function Badges({ reactions, who }) {
	const names = new Map();
	for (const reaction of reactions)
		names.set(reaction.type, [...(names.get(reaction.type) ?? []), who(reaction)]);
	return html`
		<ul class="badges" aria-label="Tapbacks">
			${[...names].map(([type, people]) => {
				const text = `${tapbackName(type)} by ${listText(people)}`;
				return html`
					<li key=${type} class="badge ${people.includes('you') ? 'badge-mine' : ''}" title=${text}>
						<${Sign} type=${type} />
						${people.length > 1 && html`<span aria-hidden="true">${people.length}</span>`}
						<${Spoken}>${text}<//>
					</li>
				`;
			})}
		</ul>
	`;
}

/**
 * Listeners that call `open` on a right click, and when a finger or the mouse rests on the element.
 *
 * @param {() => void} open
 */
export function useHold(open) {
	const hold = useRef({ timer: 0, x: 0, y: 0 }).current;
	const stop = () => clearTimeout(hold.timer);
	return {
		onpointerdown({ button, target, clientX: x, clientY: y }) {
			stop();
			if (button !== 0 || target.closest('audio, video')) return;
			Object.assign(hold, { x, y, timer: setTimeout(open, HOLD_MS) });
		},
		onpointermove({ clientX, clientY }) {
			if (Math.hypot(clientX - hold.x, clientY - hold.y) > HOLD_SLACK_PX) stop();
		},
		onpointerup: stop,
		onpointercancel: stop,
		onpointerleave: stop,
		ondragstart: stop,
		oncontextmenu(event) {
			event.preventDefault();
			stop();
			open();
		},
	};
}

/**
 * The row of tapbacks to choose from, above a bubble, or below it where there is no room.
 *
 * @param {{ anchor: HTMLElement, label: string, current: string | undefined, choose: (type: string) => void,
 * onClose: () => void }} props
 */
export function Picker({ anchor, label, current, choose, onClose }) {
	const row = useRef(null);
	useLayoutEffect(() => {
		const box = anchor.getBoundingClientRect();
		const dialog = row.current.parentElement;
		const { width, height } = dialog.getBoundingClientRect();
		const left = Math.min(box.left + box.width / 2 - width / 2, innerWidth - width - GAP_PX);
		const above = box.top - height - GAP_PX;
		const below = Math.min(box.bottom + GAP_PX, innerHeight - height - GAP_PX);
		dialog.style.left = `${Math.max(GAP_PX, left)}px`;
		dialog.style.top = `${above >= GAP_PX ? above : below}px`;
	}, []);
	return html`
		<${Dialog} label=${label} kind="picker" onClose=${onClose}>
			${(close) => html`
				<div ref=${row} class="flex">
					${Object.entries(TAPBACKS).map(
						([type, name]) => html`
							<button
								type="button"
								class="circle pick"
								aria-label=${name}
								title=${name}
								autofocus=${type === (current ?? 'love')}
								aria-pressed=${String(type === current)}
								onclick=${() => (close(), choose(type))}
							>
								<${Sign} type=${type} />
							</button>
						`,
					)}
				</div>
			`}
		<//>
	`;
}
