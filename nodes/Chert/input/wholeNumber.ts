import { toDisplayText } from '../../shared/fieldValue';
import { InputError } from './inputError';

/** @throws InputError when it is not a whole number of at least `least` */
export function toWholeNumber(value: unknown, label: string, least: number): number {
	const number =
		typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
			? Number(value)
			: NaN;
	if (Number.isInteger(number) && number >= least) return number;
	throw new InputError(
		`${label} "${toDisplayText(value)}" is not a whole number of at least ${least}: enter one, e.g. ${least}`,
	);
}
