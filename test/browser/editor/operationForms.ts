export interface Form {
	/** Labels below Resource and Operation, in order; `*` after those that must be filled in */
	fields: string[];
	/** What Add option offers besides the options of all operations */
	options: string[];
}

export const PARTS = ['Specify Message', 'Parts', 'Type', 'Text'];
const LIST = ['Return All', 'Limit'];
const RETRIES = ['Max Retries', 'Max Retry Wait (Seconds)'];
const COMMON_OPTIONS = ['Include Input Fields', ...RETRIES];

const form = (fields: string[], options: string[] = [], common = COMMON_OPTIONS): Form => ({
	fields,
	options: [...options, ...common].sort((a, b) => a.localeCompare(b)),
});

/** The form of each operation, by the labels of resource and operation. */
export const FORMS: Record<string, Form> = {
	'Attachment: Download': form(['Attachment ID *', 'Put Output File in Field']),
	'Attachment: Get': form(['Attachment ID *']),
	'Attachment: Upload': form(['Input Binary Field'], ['File Name', 'MIME Type']),
	'Chat: Add Participant': form(['Chat ID *', 'Phone or Email *'], ['Default Country Code']),
	'Chat: Create': form(
		['From *', 'To *', ...PARTS],
		['Default Country Code', 'Group Name', 'Idempotency Key', 'Send Photos as Collage'],
	),
	'Chat: Leave': form(['Chat ID *']),
	'Chat: Mark as Read': form(['Chat ID *']),
	'Chat: Remove Participant': form(['Chat ID *', 'Phone or Email *'], ['Default Country Code']),
	'Chat: Set Typing': form(['Chat ID *', 'State']),
	'Chat: Update Group': form(['Chat ID *', 'Update Fields']),
	'Contact: Send Card': form(
		['Recipient', 'Chat ID *', 'Specify Card', 'Card'],
		['Default Country Code'],
	),
	'Contact: Share Own': form(['Recipient', 'Chat ID *'], ['Default Country Code']),
	'Event: Get': form(['Event ID *']),
	'Event: Get Many': form([...LIST, 'Filters']),
	'Event: Replay': form(['Event ID *'], ['Webhook ID']),
	'Line: Get Many': form([...LIST, 'Filters']),
	'Location: Send': form(
		['Recipient', 'Phone *', 'Latitude *', 'Longitude *'],
		[
			'Address',
			'Default Country Code',
			'Expires At',
			'Idempotency Key',
			'If Pins Are Not Supported',
			'Label',
		],
	),
	'Message: Edit': form(['Message ID *', 'New Text *'], ['Part Index']),
	'Message: Get': form(['Message ID *', 'Simplify']),
	'Message: Get Many': form(['Chat ID *', ...LIST, 'Simplify', 'Filters']),
	'Message: React': form(['Message ID *', 'Reaction']),
	'Message: Send': form(
		['Phone *', 'Text *', 'Attach Files'],
		[
			'Attachment IDs',
			'Contact Name',
			'Default Country Code',
			'Effect',
			'External ID',
			'File URLs',
			'From Line',
			'Idempotency Key',
			'Live Photo',
			'Plain Text',
		],
	),
	'Message: Send and Wait for Response': form(
		['Recipient', 'Phone *', 'Message *', 'Answer By', 'Response Type', 'Approval Options'],
		['Button Label', 'Default Country Code', 'Idempotency Key', 'Limit Wait Time', 'Page Title'],
		RETRIES,
	),
	'Message: Send to Chat': form(
		['Chat ID *', ...PARTS],
		['Idempotency Key', 'Plain Text', 'Send Photos as Collage', 'Typing Seconds'],
	),
	'Webhook: Create': form(['URL *', 'Events'], ['Payload Version']),
	'Webhook: Delete': form(['Webhook *']),
	'Webhook: Get': form(['Webhook *']),
	'Webhook: Get Many': form(LIST),
	'Webhook: Update': form(['Webhook *', 'Update Fields']),
};
