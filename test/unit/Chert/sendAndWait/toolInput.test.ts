import { withToolInput } from '../../../../nodes/Chert/sendAndWait/toolInput';

const DEFAULT = 'The agent wants to run this tool: Refund\n\nInput:\n[object Object]';

describe('question of a human review', () => {
	it("shows the tool's input readably in n8n's default text", () => {
		const input = {
			toolParameters: { amount: 12.5, note: '$& <b>', lines: [{ id: 1 }], empty: null },
		};
		expect(withToolInput(DEFAULT, input)).toBe(
			'The agent wants to run this tool: Refund\n\nInput:\namount: 12.5\nnote: $& <b>\nlines: [{"id":1}]\nempty: ',
		);
	});

	it("leaves the workflow's own text as it is", () => {
		expect(withToolInput('Refund 12?', { toolParameters: { amount: 12 } })).toBe('Refund 12?');
		expect(withToolInput('What is [object Object]?', {})).toBe('What is [object Object]?');
		expect(withToolInput('What is this file?', undefined)).toBe('What is this file?');
	});
});
