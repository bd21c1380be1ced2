import { listEvents, toPage } from '../../../../nodes/shared/events/eventLog';

const START = Date.parse('2026-09-01T10:00:00.000Z');
const at = (id: string, second: number) => ({
	id,
	created_at: new Date(START + second * 1000).toISOString(),
});
const response = (body: unknown, headers = {}) =>
	toPage({ value: { statusCode: 200, headers, body } });
const keysOf = async (pages: Record<string, unknown>, since = '') => {
	const get = async (path: string) => {
		const cursor = new URL(path, 'http://chert').searchParams.get('cursor') ?? 'first';
		return await Promise.resolve(response(pages[cursor]));
	};
	const result = await listEvents(get, { since });
	return 'value' in result ? result.value.rows.map(({ key }) => key) : result;
};

describe('listEvents', () => {
	it('gives the oldest first, though pages come newest first', async () => {
		const pages = {
			first: { events: [at('e4', 4), at('e3', 3)], next_cursor: 'second' },
			second: { events: [at('e2', 2), at('e1', 1)] },
		};
		expect(await keysOf(pages)).toEqual(['e1', 'e2', 'e3', 'e4']);
	});

	it('gives the oldest first among events of the same instant, over pages too', async () => {
		const pages = {
			first: { events: [at('d', 1), at('c', 1)], next_cursor: 'second' },
			second: { events: [at('b', 1), at('a', 1)] },
		};
		expect(await keysOf(pages)).toEqual(['a', 'b', 'c', 'd']);
	});

	it('ends at a cursor that it had before', async () => {
		const pages = {
			first: { events: [at('e1', 1)], next_cursor: 'again' },
			again: { events: [at('e1', 1)], next_cursor: 'again' },
		};
		expect(await keysOf(pages)).toEqual(['e1']);
	});

	it('ends at an older event, where Chert gives those on further pages', async () => {
		const pages = {
			first: { events: [at('e4', 4), at('e3', 3)], next_cursor: 'second' },
			second: { events: [at('e2', 2), at('e1', 1)], next_cursor: 'third' },
		};
		expect(await keysOf(pages, at('', 2).created_at)).toEqual(['e2', 'e3', 'e4']);
	});

	it('keeps an event of the same second, whose time Chert tells without its milliseconds', async () => {
		const pages = { first: { events: [at('e3', 3), at('e2', 2), at('e1', 1)] } };
		expect(await keysOf(pages, at('', 2.5).created_at)).toEqual(['e2', 'e3']);
	});

	it.each(['<html>Back soon</html>', '', { message: 'Hello' }])(
		'does not take a response without a list for an empty log: %j',
		async (body) => {
			expect(await keysOf({ first: body })).toEqual({
				error: { kind: 'apiError', apiError: { status: 200 } },
			});
		},
	);

	it('passes on the first error', async () => {
		const error = { kind: 'noResponse' as const, reason: 'gone', notSent: false };
		const get = async (path: string) =>
			await Promise.resolve(
				path.includes('cursor') ? { error } : response({ events: [], next_cursor: 'c' }),
			);
		expect(await listEvents(get, { since: '' })).toEqual({ error });
	});

	it("asks with the filter, and tells Chert's time of the first page", async () => {
		const paths: string[] = [];
		const get = async (path: string) => {
			paths.push(path);
			const headers = { date: 'Tue, 01 Sep 2026 10:00:07 GMT' };
			return await Promise.resolve(response({ events: [] }, headers));
		};
		const result = await listEvents(get, { since: '2026-09-01T10:00:00Z', status: 'failed' });
		expect(paths).toEqual(['/events?since=2026-09-01T10%3A00%3A00Z&status=failed&limit=200']);
		expect(result).toEqual({ value: { rows: [], readAt: START + 7_000 } });
	});
});
