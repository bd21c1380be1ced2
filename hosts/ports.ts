import { randomInt } from 'node:crypto';

import getPort, { portNumbers } from 'get-port';

/** The only address that this project's servers listen on. */
export const LOOPBACK = '127.0.0.1';

/**
 * A free TCP port of the loopback address, for programs that cannot listen on port 0 themselves. No two calls within 15
 * seconds return the same port.
 * @param preferred returned unless it is in use
 */
export async function freePort(preferred?: number): Promise<number> {
	return await getPort({ host: LOOPBACK, port: preferred });
}

/** Free TCP ports of the loopback address, all different. */
export async function freePorts(count: number): Promise<number[]> {
	return await Promise.all(Array.from({ length: count }, async () => await freePort()));
}

/**
 * A free TCP port that the system gives to no client, so that a program which was killed finds it free again. It is a
 * random one, because the program starts to listen later, and other processes look for a port meanwhile.
 */
export async function reusablePort(): Promise<number> {
	const first = randomInt(20_000, 29_000);
	return await getPort({ host: LOOPBACK, port: portNumbers(first, 30_000) });
}
