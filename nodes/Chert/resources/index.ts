import { attachment } from './attachment';
import { chat } from './chat';
import { contact } from './contact';
import { event } from './event';
import { line } from './line';
import { location } from './location';
import { message } from './message';
import type { Resource } from './resource';
import { webhook } from './webhook';

/** All resources of the node, in alphabetical order as n8n lists them. */
export const resources: Resource[] = [
	attachment,
	chat,
	contact,
	event,
	line,
	location,
	message,
	webhook,
];
