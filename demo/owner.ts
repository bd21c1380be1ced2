import { randomBytes } from 'node:crypto';
import type { Owner } from '../hosts/rest';

/**
 * The user of an n8n with a new data folder, with a random password: other programs and web pages reach its port too.
 */
export function newOwner(): Owner {
	return {
		email: 'demo@example.com',
		// n8n wants 8 to 64 characters, with a number and an uppercase letter.
		password: `Demo-1-${randomBytes(12).toString('base64url')}`,
		firstName: 'Demo',
		lastName: 'Owner',
	};
}
