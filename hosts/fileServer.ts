import type { AddressInfo } from 'node:net';
import fastifyStatic from '@fastify/static';
import fastify from 'fastify';
import { LOOPBACK } from './ports';

export interface FileServer {
	/** URL of the folder, without a trailing slash. */
	url: string;
	close(): Promise<void>;
}

/**
 * Serves the files of a folder over HTTP on the loopback address, like the web server of a CRM or billing system.
 * @param folder absolute path
 */
export async function serveFolder(folder: string): Promise<FileServer> {
	const app = fastify({ forceCloseConnections: true });
	await app.register(fastifyStatic, { root: folder });
	await app.listen({ host: LOOPBACK, port: 0 });
	const { port } = app.server.address() as AddressInfo;
	return { url: `http://${LOOPBACK}:${port}`, close: async () => await app.close() };
}
