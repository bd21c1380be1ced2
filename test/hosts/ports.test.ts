import { createServer } from 'node:net';
import { freePort, freePorts, LOOPBACK, reusablePort } from '../../hosts/ports';

/** Neither the system gives it to a client of another test, nor `reusablePort` to a server. */
const PREFERRED = 30_001 + (process.pid % 2_000);

describe('free ports', () => {
	it('are all different', async () => {
		const ports = await freePorts(20);
		expect(new Set(ports).size).toBe(20);
	});

	it('are the preferred one unless it is in use', async () => {
		expect(await freePort(PREFERRED)).toBe(PREFERRED);

		const inUse = PREFERRED + 1;
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(inUse, LOOPBACK, resolve));
		expect(await freePort(inUse)).not.toBe(inUse);
		await new Promise((resolve) => server.close(resolve));
	});

	it('are below those of clients where a program starts again on its port', async () => {
		const port = await reusablePort();
		expect(port).toBeGreaterThanOrEqual(20_000);
		expect(port).toBeLessThanOrEqual(30_000);
	});
});
