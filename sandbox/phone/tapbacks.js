import { byId, el, icon, spoken } from './dom.js';

/** The six tapbacks, in the order of the phone. */
const TAPBACKS = [
	['love', 'Love'],
	['like', 'Like'],
	['dislike', 'Dislike'],
	['laugh', 'Laugh'],
	['emphasize', 'Emphasize'],
	['question', 'Question'],
];

const SIGNS = { laugh: ['HA', 'HA'], emphasize: ['!!'], question: ['?'] };

/** How long a finger rests on a bubble before the picker opens, as on the phone. */
const HOLD_MS = 450;

/** A finger that moves further than this is scrolling. */
const HOLD_SLACK_PX = 10;

/** Room between a bubble and the picker, and between the picker and the edge of the window. */
const GAP_PX = 8;

function sign(type) {
	if (type === 'love' || type === 'like') return icon(type);
	if (type === 'dislike') return el('span', { className: 'upside-down' }, icon('like'));
	return el(
		'span',
		{ className: `sign sign-${type}` },
		...(SIGNS[type] ?? [type[0]]).map((line) => el('span', {}, line)),
	);
}

export const tapbackName = (type) => TAPBACKS.find(([each]) => each === type)?.[1] ?? type;

/**
 * The tapbacks on a bubble.
 *
 * @param {Array<{ type: string, from: string, direction: string }>} reactions
 * @param {(reaction: object) => { name: string, isMine: boolean }} who
 */
export function badges(reactions, who) {
	if (reactions.length === 0) return null;
	const shown = reactions.map((reaction) => {
		const { name, isMine } = who(reaction);
		const text = `${tapbackName(reaction.type)} by ${name}`;
		return el(
			'li',
			{ className: `badge badge-${reaction.type}${isMine ? ' badge-mine' : ''}`, title: text },
			el('span', { 'aria-hidden': 'true' }, sign(reaction.type)),
			spoken(text),
		);
	});
	return el('ul', { className: 'badges', 'aria-label': 'Tapbacks' }, ...shown);
}

/** Opens the picker on a right click, or when a finger or the mouse rests on the node. */
export function opensOnHold(node, open) {
	let timer;
	let start = { x: 0, y: 0 };
	let isHeld = false;
	const stop = () => clearTimeout(timer);
	node.addEventListener('pointerdown', (event) => {
		stop();
		isHeld = false;
		if (event.button !== 0 || event.target.closest('audio, video')) return;
		start = { x: event.clientX, y: event.clientY };
		timer = setTimeout(() => {
			isHeld = true;
			open();
		}, HOLD_MS);
	});
	node.addEventListener('pointermove', (event) => {
		if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > HOLD_SLACK_PX) stop();
	});
	for (const end of ['pointerup', 'pointercancel', 'pointerleave', 'dragstart'])
		node.addEventListener(end, stop);
	// The click that ends a hold must neither follow a link nor open a photo.
	node.addEventListener(
		'click',
		(event) => isHeld && (event.preventDefault(), event.stopPropagation()),
		{ capture: true },
	);
	node.addEventListener('contextmenu', (event) => {
		event.preventDefault();
		stop();
		open();
	});
}

/**
 * The picker: one for the page. The browser's own light dismissal would close it as soon as the holding finger is lifted.
 *
 * @param {(message: object, type: string, remove: boolean) => void} react
 * @returns {(message: object, anchor: HTMLElement, trigger: HTMLElement, current: string | undefined, label: string) => void} opens it
 */
export function createPicker(react) {
	const picker = byId('picker');
	let target = null;

	/** Closes it and brings the focus back to where it was opened. */
	function close() {
		picker.hidePopover();
		// News may have drawn the message anew meanwhile.
		const trigger = target.trigger.isConnected ? target.trigger : byId(target.trigger.id);
		trigger?.focus({ preventScroll: true });
	}

	/** Puts it above the bubble, or below where there is no room, within the window. */
	function place() {
		if (!picker.matches(':popover-open') || !target.anchor.isConnected) return;
		const box = target.anchor.getBoundingClientRect();
		const size = picker.getBoundingClientRect();
		const above = box.top - size.height - GAP_PX;
		const lowest = innerHeight - size.height - GAP_PX;
		const left = Math.min(
			Math.max(GAP_PX, box.left + box.width / 2 - size.width / 2),
			innerWidth - size.width - GAP_PX,
		);
		picker.style.left = `${left}px`;
		picker.style.top = `${Math.min(above >= GAP_PX ? above : box.bottom + GAP_PX, lowest)}px`;
	}

	function choose({ currentTarget: button }) {
		const isOn = button.getAttribute('aria-pressed') === 'true';
		close();
		react(target.message, button.dataset.type, isOn);
	}

	const buttons = TAPBACKS.map(([type, name]) =>
		el(
			'button',
			{
				type: 'button',
				className: `pick pick-${type}`,
				'data-type': type,
				'aria-label': name,
				title: name,
				onclick: choose,
			},
			sign(type),
		),
	);
	picker.append(...buttons);
	document.addEventListener('pointerdown', ({ target: pressed }) => {
		if (!picker.contains(pressed)) picker.hidePopover();
	});
	addEventListener('resize', place);
	document.addEventListener('scroll', place, { capture: true, passive: true });
	picker.addEventListener('keydown', (event) => {
		const at = buttons.indexOf(document.activeElement);
		const to = {
			ArrowRight: at + 1,
			ArrowDown: at + 1,
			ArrowLeft: at - 1,
			ArrowUp: at - 1,
			Home: 0,
			End: buttons.length - 1,
		}[event.key];
		if (event.key === 'Escape' || event.key === 'Tab') close();
		else if (to !== undefined) buttons[(to + buttons.length) % buttons.length].focus();
		else return;
		event.preventDefault();
	});

	return function open(message, anchor, trigger, current, label) {
		target = { message, anchor, trigger };
		picker.setAttribute('aria-label', label);
		for (const button of buttons)
			button.setAttribute('aria-pressed', String(button.dataset.type === current));
		// A finger that rests makes some browsers ask for the context menu as well.
		if (!picker.matches(':popover-open')) picker.showPopover();
		place();
		(buttons.find(({ dataset }) => dataset.type === current) ?? buttons[0]).focus({
			preventScroll: true,
		});
	};
}
