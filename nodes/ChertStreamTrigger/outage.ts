import { NodeApiError } from 'n8n-workflow';
import type { INode, JsonObject } from 'n8n-workflow';

/** A restart of Chert, or of a router, is over by then. */
const REPORT_AFTER_MS = 5 * 60_000;

/** Tells people of an outage once when it lasts, and once when it is over. */
export class Outage {
	private startedAt: number | undefined;

	private reported: string | undefined;

	constructor(
		private readonly node: INode,
		private readonly report: { outage(error: NodeApiError): void; recovery(): void },
	) {}

	/**
	 * Notes that Chert did not give events.
	 *
	 * @param pauseMs until the next attempt
	 * @param needsPerson true when attempts will not succeed until a person changes something
	 */
	continues(error: NodeApiError, pauseMs: number, needsPerson: boolean): void {
		this.startedAt ??= Date.now();
		const isLong = Date.now() - this.startedAt + pauseMs >= REPORT_AFTER_MS;
		const isKnown =
			this.reported === error.message || (this.reported !== undefined && !needsPerson);
		if ((!isLong && !needsPerson) || isKnown) return;
		this.reported = error.message;
		this.report.outage(needsPerson ? error : this.asOutage(error));
	}

	/** Notes that Chert gives events. */
	ends(): void {
		if (this.reported !== undefined) this.report.recovery();
		this.startedAt = undefined;
		this.reported = undefined;
	}

	private asOutage(error: NodeApiError): NodeApiError {
		return new NodeApiError(this.node, { message: error.message } as JsonObject, {
			message: `No events from Chert for about 5 minutes: ${error.message}`,
			description:
				`${error.description ?? ''} Check that n8n can reach the Base URL of the Chert API credential, and that no proxy or firewall in between blocks the event stream. The trigger keeps trying, and processes missed events as soon as Chert responds.`.trim(),
			...(error.httpCode !== null && { httpCode: error.httpCode }),
		});
	}
}
