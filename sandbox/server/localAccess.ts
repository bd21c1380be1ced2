import type { FastifyInstance } from 'fastify';

/** Names and addresses by which only this machine reaches the server. */
const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Refuses (403) requests whose `Host` or `Origin` is not this server on this machine. A web page in the same browser
 * could otherwise read and control the sandbox, either directly or by DNS rebinding. Clients that are not browsers send
 * no `Origin`.
 */
export function allowLocalAccessOnly(app: FastifyInstance): void {
	app.addHook('onRequest', async (request, reply) => {
		const port = request.socket.localPort;
		const hosts = LOOPBACK_HOSTS.map((host) => `${host}:${port}`);
		const { host = '', origin } = request.headers;
		const isOwnOrigin = origin === undefined || hosts.some((each) => origin === `http://${each}`);
		if (hosts.includes(host.toLowerCase()) && isOwnOrigin) return;
		await reply.code(403).send({
			error: `Requests from other hosts and web pages are refused. Open the sandbox at http://${hosts[0]}`,
		});
	});
}
