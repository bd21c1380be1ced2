import { INACTIVE_LINE_ID, LINE, LINE_ID, SECOND_LINE_ID } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectError } from './support';

const context = useSandbox();

it('GET /phone-numbers lists the lines, the inactive one too', async () => {
	const { body } = await context.api.get('/phone-numbers');
	expect(body.phone_numbers[0]).toEqual({
		id: LINE_ID,
		phone_line_id: LINE_ID,
		phone_number: LINE,
		service: 'imessage',
		is_active: true,
		capabilities: expect.arrayContaining(['imessage', 'send', 'receive']),
	});
	expect(
		body.phone_numbers.map((line: { id: string; is_active: boolean }) => [line.id, line.is_active]),
	).toEqual([
		[LINE_ID, true],
		[SECOND_LINE_ID, true],
		[INACTIVE_LINE_ID, false],
	]);
});

it('GET /phone-numbers has no parameters and no body', async () => {
	expectError(await context.api.get('/phone-numbers?active=true'), 400, 1002);
});
