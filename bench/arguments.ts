import { InvalidArgumentError } from 'commander';

/**
 * Parses a positive whole number from the command line.
 * @throws InvalidArgumentError for anything else
 */
export function parseCount(text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1)
		throw new InvalidArgumentError('Enter a whole number of 1 or more.');
	return value;
}
