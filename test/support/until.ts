import { until as poll } from '../../hosts/ready';

/**
 * Waits for a condition in this process.
 *
 * @param describe says what is the case instead when the time is over
 */
export async function until(
	condition: () => boolean,
	describe: () => string = () => condition.toString(),
	timeoutMs = 20_000,
): Promise<void> {
	const probe = () => {
		if (condition()) return true;
		throw new Error(describe());
	};
	await poll(probe, { what: 'The condition', timeoutMs, pollMs: 5 });
}
