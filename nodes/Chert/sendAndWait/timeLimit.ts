import type { IDataObject } from 'n8n-workflow';

import { toDisplayText } from '../../shared/fieldValue';
import { asObject } from '../../shared/object';
import { toTime } from '../input/dateTime';
import { InputError } from '../input/inputError';

const UNIT_MS: Record<string, number> = {
	minutes: 60_000,
	hours: 60 * 60_000,
	days: 24 * 60 * 60_000,
};

/** Without a limit, a question that nobody answers would be open forever. */
const DEFAULT_LIMIT_MS = 7 * UNIT_MS.days;

/**
 * When a question stops waiting for its answer.
 *
 * @param option the option Limit Wait Time as n8n stores it
 * @param now milliseconds since 1970
 * @returns milliseconds since 1970; 7 days from now without the option
 * @throws InputError when it is not a time, or not in the future
 */
export function readTimeLimit(option: unknown, timeZone: string, now: number): number {
	const values = asObject(asObject(option)?.values);
	if (values === undefined) return now + DEFAULT_LIMIT_MS;
	return values.limitType === 'atSpecifiedTime'
		? readMoment(values.maxDateAndTime, timeZone, now)
		: now + readInterval(values);
}

function readInterval({ resumeAmount = 1, resumeUnit = 'hours' }: IDataObject): number {
	const amount = Number(resumeAmount);
	const milliseconds = amount * UNIT_MS[String(resumeUnit)];
	if (!Number.isFinite(new Date(milliseconds).getTime()) || milliseconds <= 0) {
		throw new InputError(
			`Limit Wait Time "${toDisplayText(resumeAmount)} ${toDisplayText(resumeUnit)}" is not a time span: enter an amount above 0`,
		);
	}
	return milliseconds;
}

function readMoment(value: unknown, timeZone: string, now: number): number {
	if (toDisplayText(value) === '') {
		throw new InputError(
			'Max Date and Time is empty: pick a date and time, or check what its expression returns for this item',
		);
	}
	const moment = toTime(value, 'Max Date and Time', timeZone);
	if (moment <= now) {
		throw new InputError(
			`Max Date and Time "${toDisplayText(value)}" has passed: pick a time in the future`,
		);
	}
	return moment;
}
