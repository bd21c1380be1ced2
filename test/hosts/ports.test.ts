import { createServer } from 'node:net';
import { freePort, freePorts } from '../../hosts/ports';

describe('free ports', () => {
	it('are all different', async () => {
		const ports = await freePorts(20);
		expect(new Set(ports).size).toBe(20);
	});

	it('include the wished one, unless it is taken', async () => {
		const [wished] = await freePorts(1);
		expect(await freePort(wished)).toBe(wished);

		const server = createServer();
		await new Promise<void>((resolve) => server.listen(wished, '127.0.0.1', resolve));
		const other = await freePort(wished);
		expect(other).not.toBe(wished);
		expect(other).toBeGreaterThan(0);
		await new Promise((resolve) => server.close(resolve));
	});
});
