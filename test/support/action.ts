import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import type { RequestRecord, Sandbox, SandboxOptions } from '../../sandbox';
import { credentialFor, runChert, type RunOptions, type RunResult } from './engine';
import { LEAD, LINE, OTHER_LEAD, SECOND_LINE_ID } from './fixtures';
import { file } from './item';
import { useSandbox } from './sandbox';

export { file, LEAD, LINE, OTHER_LEAD, SECOND_LINE_ID };

export type Body = Record<string, unknown> & { message?: Record<string, unknown> };

/** The action node with its own sandbox, which is reset before each test. */
export class Action {
	authentication: 'bearer' | 'hmac' = 'bearer';

	constructor(private readonly context: { sandbox: Sandbox }) {}

	get sandbox(): Sandbox {
		return this.context.sandbox;
	}

	/** Runs one operation. Default credential: the sandbox's, with {@link authentication}. */
	async run(
		operation: string,
		parameters: IDataObject,
		options: Partial<RunOptions> = {},
	): Promise<RunResult> {
		const [resource, name] = operation.split('.');
		const credential = credentialFor(this.sandbox, this.authentication);
		return await runChert({ resource, operation: name, ...parameters }, { credential, ...options });
	}

	/** Returns the JSON of the single output item. Throws the error of the node. */
	async outputOf(
		operation: string,
		parameters: IDataObject,
		binary?: IBinaryKeyData,
	): Promise<IDataObject> {
		const { items, error } = await this.run(operation, parameters, { items: [{ binary }] });
		if (error) throw error;
		expect(items).toHaveLength(1);
		expect(items[0].pairedItem).toEqual({ item: 0 });
		return items[0].json;
	}

	/** Requests that the sandbox received, of one route or all routes. */
	requests(route?: string): RequestRecord[] {
		return this.sandbox.control
			.requests()
			.filter((request) => route === undefined || request.route === route);
	}

	/** JSON bodies of the requests to a route. */
	bodies(route: string): Body[] {
		return this.requests(route).map(({ body }) => body as Body);
	}

	/** Starts a chat with a text. */
	async chat(phone = LEAD): Promise<{ chatId: string; messageId: string }> {
		const { lead_id: chatId, message_id: messageId } = await this.outputOf('message.send', {
			phone,
			body: 'Hello',
		});
		return { chatId: String(chatId), messageId: String(messageId) };
	}

	/** Uploads a file. Returns its attachment ID. */
	async uploaded(mimeType = 'image/png', fileName = 'roof.png'): Promise<string> {
		const { attachmentId } = await this.outputOf(
			'attachment.upload',
			{},
			file('data', { mimeType, fileName }),
		);
		return String(attachmentId);
	}
}

/** The action node with one sandbox for a test file. */
export function useAction(options: SandboxOptions = {}): Action {
	return new Action(useSandbox(options));
}

/** The Parts parameter, as the form stores it. */
export function parts(...part: IDataObject[]): IDataObject {
	return { parts: { part } };
}

export const text = (value = 'Hello'): IDataObject => ({ type: 'text', text: value });

/** The From parameter with a phone number. */
export const from = (value = LINE): IDataObject => ({ from: { __rl: true, mode: 'phone', value } });
