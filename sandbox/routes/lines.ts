import { route } from '../server/route';
import { lineView } from './views';

/** §3.21 */
export const lineRoutes = [
	route({
		name: 'lines.list',
		method: 'GET',
		path: '/phone-numbers',
		handle: ({ context }) => ({ body: { phone_numbers: context.lines.map(lineView) } }),
	}),
];
