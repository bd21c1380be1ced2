import { choiceError, toDisplayText } from '../../shared/fieldValue';
import { InputError } from './inputError';

/**
 * One of several values, which an expression may give.
 *
 * @param kind what the values are, for the sentence, e.g. `a tapback`
 * @throws InputError for another value, also when it is empty
 */
export function toChoice(
	value: unknown,
	label: string,
	kind: string,
	choices: readonly string[],
): string {
	const error = choiceError(value, label, kind, choices);
	if (error !== undefined) throw new InputError(error);
	return toDisplayText(value);
}
