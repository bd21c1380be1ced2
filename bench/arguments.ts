import { InvalidArgumentError } from 'commander';

/**
 * Reads a count from the command line.
 *
 * @throws InvalidArgumentError when it is no whole number from 1 on
 */
export function positive(text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1)
		throw new InvalidArgumentError('Give a whole number from 1 on.');
	return value;
}
