import { resource } from '../resource';
import { getManyLines } from './getMany';

export const line = resource({ name: 'Line', value: 'line' }, getManyLines, [getManyLines]);
