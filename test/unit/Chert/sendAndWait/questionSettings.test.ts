import type { Item } from '../../../../nodes/Chert/input/item';
import { readQuestionSettings } from '../../../../nodes/Chert/sendAndWait/questionSettings';

const PARAMETERS = { phone: '+15550100123', message: 'Is Tuesday fine?' };

/** An item with these parameters, and an empty input. */
function itemWith(parameters: Record<string, unknown>): Item {
	return {
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getInputData: () => ({ json: {} }),
		getTimezone: () => 'UTC',
	} as unknown as Item;
}

it.each([
	[{}, 'Please answer YES or NO.'],
	[{ approveWords: 'Yes, ja', disapproveWords: 'no, nein' }, 'Please answer YES or NO.'],
	[{ approveWords: 'ja, 👍', disapproveWords: 'nein' }, 'Please answer "ja" or "nein".'],
	[{ approveWords: 'si' }, 'Please answer "si" or "no".'],
	[{ approveWords: 'ja', unclearReply: 'Ja?' }, 'Ja?'],
	[{ approveWords: 'ja', unclearReply: '' }, ''],
])('asks for words that count when an answer is unclear: %j', (options, text) => {
	const { unclearReply } = readQuestionSettings(itemWith({ ...PARAMETERS, options }), 0);

	expect(unclearReply.replace('Sorry, I did not get that. ', '')).toBe(text);
});

it.each([
	[{ unclearReply: ['Sorry?'] }, 'Unclear Reply is a list, not text'],
	[{ afterAnswer: 'text', afterAnswerText: {} }, 'After Answer Text is an object, not text'],
])('names the option that is not text: %j', (options, sentence) => {
	expect(() => readQuestionSettings(itemWith({ ...PARAMETERS, options }), 0)).toThrow(sentence);
});
