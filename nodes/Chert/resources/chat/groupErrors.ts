import type { ErrorContext } from '../../../shared/errorMessages';

/** What Chert's codes mean for the operations that groups alone have. Source: API sections 3.7 to 3.10. */
export const GROUP_ERRORS: ErrorContext['byCode'] = {
	1006: {
		message: 'This chat is not a group, or your line has left it',
		description: 'Use the chat ID of a group that your line is in',
	},
	4001: {
		message: 'The group could not be changed',
		description: 'Try again later, and check that the line is still in the group',
	},
	4099: {
		message: "The line of this group can't change it",
		description:
			'Check in the Chert console that the group has a line, and that the line supports groups',
	},
};
