import { listText } from './format.js';
import { html, Icon, Spoken } from './ui.js';
import { useEffect, useLayoutEffect, useRef } from './vendor/htm-preact.js';

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
 * @param {{ reactions: Array<{ type: string, from: string }>, who: (reaction: object) => string }} props `who` gives the
 * name of a person, `you` for the one that the page speaks for
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
	const hold = useRef({ timer: 0, x: 0, y: 0, isHeld: false }).current;
	const stop = () => clearTimeout(hold.timer);
	return {
		onpointerdown(event) {
			stop();
			hold.isHeld = false;
			if (event.button !== 0 || event.target.closest('audio, video')) return;
			Object.assign(hold, { x: event.clientX, y: event.clientY });
			hold.timer = setTimeout(() => {
				hold.isHeld = true;
				open();
			}, HOLD_MS);
		},
		onpointermove(event) {
			if (Math.hypot(event.clientX - hold.x, event.clientY - hold.y) > HOLD_SLACK_PX) stop();
		},
		onpointerup: stop,
		onpointercancel: stop,
		onpointerleave: stop,
		ondragstart: stop,
		// The click that ends a hold must not open a link or a photo.
		onClickCapture(event) {
			if (!hold.isHeld) return;
			event.preventDefault();
			event.stopPropagation();
		},
		oncontextmenu(event) {
			event.preventDefault();
			stop();
			open();
		},
	};
}

/**
 * The row of tapbacks to choose from, above a bubble. It is no auto popover: the browser would close it when the holding
 * finger lifts.
 *
 * @param {{ anchor: HTMLElement, label: string, current: string | undefined, choose: (type: string) => void, close: () => void }} props
 */
export function Picker({ anchor, label, current, choose, close }) {
	const picker = useRef(null);
	const buttons = () => [...picker.current.children];

	useLayoutEffect(() => {
		picker.current.showPopover();
		const at = Math.max(0, Object.keys(TAPBACKS).indexOf(current));
		buttons()[at].focus({ preventScroll: true });
	}, []);
	useLayoutEffect(() => place(picker.current, anchor));
	useEffect(() => {
		const again = () => place(picker.current, anchor);
		const closeOutside = ({ target }) => picker.current.contains(target) || close();
		addEventListener('resize', again);
		document.addEventListener('scroll', again, { capture: true, passive: true });
		document.addEventListener('pointerdown', closeOutside);
		return () => {
			removeEventListener('resize', again);
			document.removeEventListener('scroll', again, { capture: true });
			document.removeEventListener('pointerdown', closeOutside);
		};
	}, []);

	function move(event) {
		const all = buttons();
		const at = all.indexOf(document.activeElement);
		const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1 };
		const to = { ...steps, Home: 0, End: all.length - 1 }[event.key];
		if (event.key === 'Escape' || event.key === 'Tab') close();
		else if (to !== undefined) all[(to + all.length) % all.length].focus();
		else return;
		event.preventDefault();
	}

	return html`
		<div
			ref=${picker}
			class="picker"
			popover="manual"
			role="group"
			aria-label=${label}
			onkeydown=${move}
		>
			${Object.entries(TAPBACKS).map(
				([type, name]) => html`
					<button
						type="button"
						class="pick"
						aria-label=${name}
						title=${name}
						aria-pressed=${String(type === current)}
						onclick=${() => choose(type)}
					>
						<${Sign} type=${type} />
					</button>
				`,
			)}
		</div>
	`;
}

/** Puts the picker above the bubble, or below where there is no room, within the window. */
function place(picker, anchor) {
	const box = anchor.getBoundingClientRect();
	const size = picker.getBoundingClientRect();
	const above = box.top - size.height - GAP_PX;
	const left = Math.min(
		box.left + box.width / 2 - size.width / 2,
		innerWidth - size.width - GAP_PX,
	);
	const top = Math.min(
		above >= GAP_PX ? above : box.bottom + GAP_PX,
		innerHeight - size.height - GAP_PX,
	);
	picker.style.left = `${Math.max(GAP_PX, left)}px`;
	picker.style.top = `${top}px`;
}
