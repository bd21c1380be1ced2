import { resource } from '../resource';
import { sendLocation } from './send';

export const location = resource({ name: 'Location', value: 'location' }, sendLocation, [
	sendLocation,
]);
