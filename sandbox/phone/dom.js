/** Building blocks of the page. Strings only ever become text nodes, so nothing that was received can turn into markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} id @returns {any} the element; the page always holds it */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} properties `on…` listens; names with a dash, and `role`, are attributes; the rest are DOM properties
 * @param {...(Node | string | null | undefined | false)} children nothing is skipped
 * @returns {any}
 */
export function el(tag, properties = {}, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) {
		if (value === undefined || value === null) continue;
		if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
		else if (name.includes('-') || name === 'role') node.setAttribute(name, String(value));
		else node[name] = value;
	}
	node.append(
		...children.filter((child) => child !== null && child !== undefined && child !== false),
	);
	return node;
}

/** Makes an SVG element with attributes. */
export function svg(tag, attributes = {}, ...children) {
	const node = document.createElementNS(SVG, tag);
	for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
	node.append(...children);
	return node;
}

const STROKES = {
	plus: 'M12 5v14M5 12h14',
	send: 'M12 19V5M6 11l6-6 6 6',
	back: 'M15 5l-7 7 7 7',
	smile: 'M8 14.5a4.5 4.5 0 0 0 8 0M9 9.5v.5M15 9.5v.5M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18',
	close: 'M6 6l12 12M18 6L6 18',
	file: 'M7 3h7l5 5v13H7zM14 3v5h5',
	image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9.5v.1',
	person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M5 20c0-4 3-6 7-6s7 2 7 6',
	people:
		'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M3 19c0-3.3 2.7-5 6-5s6 1.7 6 5M16 11a2.5 2.5 0 1 0-1-4.800M17 14c2.5.3 4 1.9 4 4.5',
	signal: 'M4 17v-2M9 17v-5M14 17V9M19 17V6',
	battery: 'M3 8h15v8H3zM21 11v2M5 10.500h9v3H5z',
};

/** Outline of a map pin whose tip is at 12, 22. */
export const PIN =
	'M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 9.5a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5z';

const SHAPES = {
	love: 'M12 20.500C5.5 16 3 12.6 3 9.100A4.6 4.6 0 0 1 12 7.500a4.6 4.6 0 0 1 9 1.600c0 3.5-2.5 6.9-9 11.400z',
	like: 'M3 10.500h4V20H3zM8.5 20V10l3.6-7c1.7 0 2.6 1.2 2.3 2.900L13.8 9h5.400c1.2 0 2 1.1 1.7 2.300l-1.7 7A2.3 2.3 0 0 1 17 20z',
};

/** A decorative icon of 1em; whatever carries it has a name of its own. */
export function icon(name) {
	const shape = SHAPES[name];
	const path = shape
		? svg('path', { d: shape, fill: 'currentColor' })
		: svg('path', {
				d: STROKES[name],
				fill: 'none',
				stroke: 'currentColor',
				'stroke-width': 2,
				'stroke-linecap': 'round',
				'stroke-linejoin': 'round',
			});
	return svg(
		'svg',
		{ viewBox: '0 0 24 24', class: `icon icon-${name}`, 'aria-hidden': 'true' },
		path,
	);
}

/** Text that only screen readers get. */
export const spoken = (text) => el('span', { className: 'sr-only' }, text);

/**
 * Makes a list show `items`, touching only those whose signature has changed: focus, scroll and loaded pictures stay.
 *
 * @param {Element} list
 * @param {Array<{ key: string, signature: string, build: () => Element }>} items
 */
export function reconcile(list, items) {
	const known = new Map([...list.children].map((node) => [node.dataset.key, node]));
	const wanted = new Set(items.map(({ key }) => key));
	for (const [key, node] of known) if (!wanted.has(key)) node.remove();
	let previous = null;
	for (const { key, signature, build } of items) {
		let node = known.get(key);
		if (!node || node.signature !== signature) {
			const fresh = build();
			fresh.dataset.key = key;
			fresh.signature = signature;
			if (node) replaceKeepingFocus(node, fresh);
			node = fresh;
		}
		const place = previous ? previous.nextElementSibling : list.firstElementChild;
		if (place !== node) list.insertBefore(node, place);
		previous = node;
	}
}

function replaceKeepingFocus(node, fresh) {
	const focused = node.contains(document.activeElement) ? document.activeElement : null;
	const target = focused?.dataset.focus;
	node.replaceWith(fresh);
	if (focused)
		(fresh.querySelector(`[data-focus="${target}"]`) ?? fresh.querySelector('button, a'))?.focus({
			preventScroll: true,
		});
}
