import { createServer, type AddressInfo } from 'node:net';
import { freePort, freePorts, LOOPBACK } from '../../hosts/ports';

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
});
