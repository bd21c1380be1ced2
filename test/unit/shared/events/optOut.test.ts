import { DEFAULT_OPT_OUT_WORDS, findOptOutWord } from '../../../../nodes/shared/events/optOut';
import { splitList } from '../../../../nodes/shared/fieldValue';

const WORDS = splitList(DEFAULT_OPT_OUT_WORDS);

it.each([
	['STOP', 'stop'],
	['Stop.', 'stop'],
	[' "Unsubscribe" !!! ', 'unsubscribe'],
	['opt-out', 'opt out'],
	['Opt  out', 'opt out'],
	['Arrête', 'arrete'],
	['stop 🛑', 'stop'],
	['stopall', 'stopall'],
	['please stop', null],
	['stop it', null],
	['stopping', null],
	['', null],
	['!?', null],
])('%j has the opt-out word %j', (text, word) => {
	expect(findOptOutWord(text, WORDS)).toBe(word);
});

it('knows only the listed words', () => {
	expect(findOptOutWord('stop', ['basta'])).toBeNull();
	expect(findOptOutWord('Basta!', ['basta'])).toBe('basta');
	expect(findOptOutWord('stop', [])).toBeNull();
});
