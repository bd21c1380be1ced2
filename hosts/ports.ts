import { createServer, type Server } from 'node:net';

/** Everything this project starts listens here and nowhere else. */
export const LOOPBACK = '127.0.0.1';

/**
 * TCP ports of the loopback address that nobody listens on, all different. The system chooses, so that runs side by
 * side do not meet. For programs that cannot listen on port 0 themselves.
 */
export async function freePorts(count: number): Promise<number[]> {
	const servers = await Promise.all(Array.from({ length: count }, async () => await listen(0)));
	const ports = servers.map(portOf);
	await Promise.all(servers.map(close));
	return ports;
}

/** The wished port if nobody listens on it, else one that the system chooses. */
export async function freePort(wished = 0): Promise<number> {
	const server = await listen(wished).catch(async (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
		return await listen(0);
	});
	const port = portOf(server);
	await close(server);
	return port;
}

async function listen(port: number): Promise<Server> {
	const server = createServer();
	return await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, LOOPBACK, () => resolve(server));
	});
}

function portOf(server: Server): number {
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('Not a TCP server');
	return address.port;
}

async function close(server: Server): Promise<void> {
	await new Promise((resolve) => server.close(resolve));
}
