import { PIN, svg } from './dom.js';

const WIDTH = 280;
const HEIGHT = 150;

/** Small generator with a seed, so that a place always looks the same. */
function dice(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

/** Streets parallel to one another, across the whole picture and beyond it. */
function streets(random, angle, spacing, className) {
	const group = svg('g', {
		class: className,
		transform: `rotate(${angle} ${WIDTH / 2} ${HEIGHT / 2})`,
	});
	for (
		let y = -WIDTH + random() * spacing;
		y < WIDTH + HEIGHT;
		y += spacing * (0.7 + random() * 0.6)
	) {
		group.append(svg('path', { d: `M-200 ${y.toFixed(1)}H${WIDTH + 200}` }));
	}
	return group;
}

/**
 * A picture in the manner of a map. It is made up from the coordinates: no map service is asked, so no street is real.
 *
 * @param {number} latitude degrees
 * @param {number} longitude degrees
 * @returns {SVGElement}
 */
export function drawnMap(latitude, longitude) {
	const random = dice(Math.round(latitude * 10_000) * 31 + Math.round(longitude * 10_000));
	const angle = random() * 60 - 30;
	const river = {
		from: random() * HEIGHT,
		bend: HEIGHT * (random() * 1.6 - 0.3),
		to: random() * HEIGHT,
	};
	const park = { x: 15 + random() * 60 + (random() > 0.5 ? 120 : 0), y: 10 + random() * 60 };
	return svg(
		'svg',
		{
			viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
			class: 'map',
			'aria-hidden': 'true',
			preserveAspectRatio: 'xMidYMid slice',
		},
		svg('rect', { width: WIDTH, height: HEIGHT, class: 'map-land' }),
		svg('rect', {
			...park,
			width: 70,
			height: 48,
			rx: 10,
			class: 'map-park',
			transform: `rotate(${angle} ${park.x} ${park.y})`,
		}),
		streets(random, angle, 26, 'map-street'),
		streets(random, angle + 90, 34, 'map-street'),
		svg('path', {
			d: `M-10 ${river.from}Q${WIDTH / 2} ${river.bend} ${WIDTH + 10} ${river.to}`,
			class: 'map-water',
		}),
		streets(random, angle + 90, 150, 'map-avenue'),
		streets(random, angle, 130, 'map-avenue'),
		svg('ellipse', { cx: WIDTH / 2, cy: HEIGHT / 2 + 1, rx: 9, ry: 3.5, class: 'map-shadow' }),
		svg('path', {
			class: 'map-pin',
			transform: `translate(${WIDTH / 2 - 18} ${HEIGHT / 2 - 33}) scale(1.5)`,
			d: PIN,
		}),
	);
}
