import { ATTACHMENT_CASES } from './attachment';
import { CHAT_CASES } from './chat';
import { CONTACT_CASES } from './contact';
import { EVENT_CASES } from './event';
import { LINE_CASES } from './line';
import { LOCATION_CASES } from './location';
import { MESSAGE_CASES } from './message';
import { WEBHOOK_CASES } from './webhook';
import type { Case } from './case';

/** All cases, by what is wrong in them. */
export const CASES: Record<string, Case> = {
	...MESSAGE_CASES,
	...CHAT_CASES,
	...LOCATION_CASES,
	...ATTACHMENT_CASES,
	...LINE_CASES,
	...WEBHOOK_CASES,
	...EVENT_CASES,
	...CONTACT_CASES,
};
