import { unwrapList, unwrapObject } from '../../../nodes/shared/responseBody';

const MESSAGE = { id: 'm1' };

it.each([[{ message: MESSAGE }], [{ data: { message: MESSAGE } }], [{ data: MESSAGE }], [MESSAGE]])(
	'unwrapObject finds the message in %j',
	(body) => {
		expect(unwrapObject(body, 'message')).toEqual(MESSAGE);
	},
);

it.each([[undefined], [''], ['created'], [[MESSAGE]]])('unwrapObject reads %j as {}', (body) => {
	expect(unwrapObject(body, 'message')).toEqual({});
});

it.each([
	[{ events: [MESSAGE] }],
	[{ data: { events: [MESSAGE] } }],
	[{ data: [MESSAGE] }],
	[[MESSAGE]],
	[{ events: [MESSAGE, null, 'text'] }],
])('unwrapList finds the events in %j', (body) => {
	expect(unwrapList(body, 'events')).toEqual([MESSAGE]);
});

it.each([[undefined], [{}], [{ events: {} }], [{ lines: [MESSAGE] }], ['text']])(
	'unwrapList finds no list in %j',
	(body) => {
		expect(unwrapList(body, 'events')).toBeUndefined();
	},
);

it('unwrapList tells an empty list from none', () => {
	expect(unwrapList({ events: [] }, 'events')).toEqual([]);
});
