import { resource } from '../resource';
import { sendContactCard } from './sendCard';
import { shareOwnCard } from './shareOwn';

export const contact = resource({ name: 'Contact', value: 'contact' }, sendContactCard, [
	sendContactCard,
	shareOwnCard,
]);
