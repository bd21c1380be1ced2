import { resource } from '../resource';
import { getEvent } from './get';
import { getManyEvents } from './getMany';
import { replayEvent } from './replay';

export const event = resource({ name: 'Event', value: 'event' }, getManyEvents, [
	getEvent,
	getManyEvents,
	replayEvent,
]);
