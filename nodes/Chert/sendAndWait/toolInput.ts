import type { IDataObject } from 'n8n-workflow';

import { toDisplayText } from '../../shared/fieldValue';
import { asObject } from '../../shared/object';

/** What n8n writes in place of a tool's input in its default question. */
const UNREADABLE = '[object Object]';

/**
 * The question of a human review with the tool's input in readable form.
 *
 * @param message the text that n8n made of the Message parameter
 * @param input the JSON of the input item, which some nodes leave out; n8n puts the tool's input under `toolParameters`
 */
export function withToolInput(message: string, input?: IDataObject): string {
	const parameters = asObject(input?.toolParameters);
	if (parameters === undefined || !message.includes(UNREADABLE)) return message;
	const lines = Object.entries(parameters).map(
		([name, value]) => `${name}: ${toDisplayText(value)}`,
	);
	return message.replaceAll(UNREADABLE, () => lines.join('\n'));
}
