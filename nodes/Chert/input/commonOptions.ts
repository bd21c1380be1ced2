import type { IDataObject } from 'n8n-workflow';

import type { RetryLimits } from '../../shared/retry';
import { isOn } from './boolean';
import { toCountryCode } from './countryCode';
import type { Item } from './item';

/** The options that every operation has. */
export interface CommonOptions {
	retryLimits: RetryLimits;
	includeInputFields: boolean;
}

/** The options that an item has, `{}` when none is set. */
export function readOptions(item: Item): IDataObject {
	return item.getNodeParameter('options', {}) as IDataObject;
}

/**
 * What the common options say. For limits, values other than numbers count as the default.
 *
 * @throws InputError when Include Input Fields is neither true nor false
 */
export function readCommonOptions(options: IDataObject): CommonOptions {
	const { maxRetries, maxRetryWait, includeInputFields } = options;
	const isDefault = maxRetries === undefined && maxRetryWait === undefined;
	return {
		// Shared by all items, to save memory: a batch keeps the plans of all its items until they are sent.
		retryLimits: isDefault ? DEFAULT_LIMITS : readRetryLimits(maxRetries, maxRetryWait),
		includeInputFields: isOn(includeInputFields, 'Include Input Fields'),
	};
}

const DEFAULT_LIMITS = readRetryLimits(undefined, undefined);

function readRetryLimits(maxRetries: unknown, maxRetryWait: unknown): RetryLimits {
	const atLeastZero = (value: unknown, fallback: number) => {
		const number = value === undefined || value === '' || value === null ? NaN : Number(value);
		return Number.isFinite(number) ? Math.max(0, number) : fallback;
	};
	return {
		maxRetries: Math.floor(atLeastZero(maxRetries, 4)),
		maxWaitMs: atLeastZero(maxRetryWait, 120) * 1000,
	};
}

/** @throws InputError when Default Country Code is not a country code */
export function readCountryCode(options: IDataObject): string | undefined {
	return toCountryCode(options.defaultCountryCode, 'Default Country Code');
}
