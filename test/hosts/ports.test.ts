import { createServer, type AddressInfo } from 'node:net';
import { freePort, freePorts, LOOPBACK, reusablePort } from '../../hosts/ports';

describe('free ports', () => {
	it('are all different', async () => {
		const ports = await freePorts(20);
		expect(new Set(ports).size).toBe(20);
	});

	it('do not include a preferred port that is in use', async () => {
		const server = createServer();
		const inUse = await new Promise<number>((resolve) =>
			server.listen(0, LOOPBACK, () => resolve((server.address() as AddressInfo).port)),
		);
		expect(await freePort(inUse)).not.toBe(inUse);

		await new Promise((resolve) => server.close(resolve));
		expect(await freePort(inUse)).toBe(inUse);
	});

	it('are below those of clients where a program starts again on its port', async () => {
		const port = await reusablePort();
		expect(port).toBeGreaterThanOrEqual(20_000);
		expect(port).toBeLessThanOrEqual(30_000);
	});
});
