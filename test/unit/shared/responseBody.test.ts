import { unwrap } from '../../../nodes/Chert/transport/operation';

const MESSAGE = { id: 'm1' };

it.each([[{ message: MESSAGE }], [{ data: { message: MESSAGE } }], [{ data: MESSAGE }], [MESSAGE]])(
	'finds the message in %j',
	(body) => {
		expect(unwrap(body, 'message')).toEqual(MESSAGE);
	},
);
