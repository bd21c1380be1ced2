import { resource } from '../resource';
import { createWebhook } from './create';
import { deleteWebhook } from './delete';
import { getWebhook } from './get';
import { getManyWebhooks } from './getMany';
import { updateWebhook } from './update';

export const webhook = resource({ name: 'Webhook', value: 'webhook' }, getManyWebhooks, [
	createWebhook,
	deleteWebhook,
	getWebhook,
	getManyWebhooks,
	updateWebhook,
]);
