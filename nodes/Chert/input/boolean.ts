import { asBoolean, toDisplayText } from '../../shared/fieldValue';
import { InputError } from './inputError';

/**
 * A switch.
 *
 * @throws InputError for anything else, also when it is empty
 */
export function toBoolean(value: unknown, label: string): boolean {
	const result = asBoolean(value);
	if (result !== undefined) return result;
	throw new InputError(
		`${label} "${toDisplayText(value)}" is neither true nor false: turn it on or off, or check what its expression returns`,
	);
}

/**
 * A switch in the options: off when it is not there or empty.
 *
 * @throws InputError when it is neither true nor false
 */
export function isOn(value: unknown, label: string): boolean {
	return toDisplayText(value) !== '' && toBoolean(value, label);
}
