import { html, useLayoutEffect, useRef } from './vendor/htm-preact.js';
export { html };

import { initials } from './format.js';

const PATHS = {
	plus: 'M12 5v14M5 12h14',
	send: 'M12 19V5M6 11l6-6 6 6',
	back: 'M15 5l-7 7 7 7',
	smile: 'M8 14.5a4.5 4.5 0 0 0 8 0M9 9.5v.5M15 9.5v.5M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18',
	close: 'M6 6l12 12M18 6L6 18',
	file: 'M7 3h7l5 5v13H7zM14 3v5h5',
	image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9.5v.1',
	person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M5 20c0-4 3-6 7-6s7 2 7 6',
	people:
		'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M3 19c0-3.3 2.7-5 6-5s6 1.7 6 5M16 11a2.5 2.5 0 1 0-1-4.8M17 14c2.5.3 4 1.9 4 4.5',
	signal: 'M4 17v-2M9 17v-5M14 17V9M19 17V6',
	battery: 'M3 8h15v8H3zM21 11v2M5 10.5h9v3H5z',
	love: 'M12 20.5C5.5 16 3 12.6 3 9.1A4.6 4.6 0 0 1 12 7.5a4.6 4.6 0 0 1 9 1.6c0 3.5-2.5 6.9-9 11.4z',
	like: 'M3 10.5h4V20H3zM8.5 20V10l3.6-7c1.7 0 2.6 1.2 2.3 2.9L13.8 9h5.4c1.2 0 2 1.1 1.7 2.3l-1.7 7A2.3 2.3 0 0 1 17 20z',
};

/** A decorative icon of 1.4em; the element around it carries the name. */
export const Icon = ({ name }) => html`
	<svg viewBox="0 0 24 24" class="icon icon-${name}" aria-hidden="true">
		<path d=${PATHS[name]} />
	</svg>
`;

/** Text that only screen readers get. */
export const Spoken = ({ children }) => html`<span class="sr-only">${children}</span>`;

/** The style of a drawn picture: a hue that stays the same for a text. */
export const hueOf = (text) => ({
	'--hue': [...text].reduce((hue, character) => (hue * 31 + character.codePointAt(0)) % 360, 7),
});

/** Round picture of a person or a group: initials, or an icon. */
export function Avatar({ name, isGroup = false }) {
	const letters = isGroup ? '' : initials(name);
	return html`
		<span class="circle avatar drawn" style=${hueOf(name)} aria-hidden="true">
			${letters || html`<${Icon} name=${isGroup ? 'people' : 'person'} />`}
		</span>
	`;
}

/** A modal dialog, open as long as it is on the page. Escape and the way back of the focus are the browser's own. */
export function Dialog({ label, kind, onClose, onKeyDown, children }) {
	const dialog = useRef(null);
	useLayoutEffect(() => dialog.current.showModal(), []);
	// Not by a click: lifting the finger that opened a dialog is one.
	const closeOutside = ({ target }) => target === dialog.current && dialog.current.close();
	return html`
		<dialog
			ref=${dialog}
			class=${kind}
			aria-label=${label}
			onclose=${onClose}
			onpointerdown=${closeOutside}
			onkeydown=${onKeyDown}
		>
			${children(() => dialog.current.close())}
		</dialog>
	`;
}
