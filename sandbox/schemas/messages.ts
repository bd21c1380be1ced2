import { z } from 'zod';

import { REACTIONS } from '../world/types';
import { text } from './common';

/** `POST /messages/{id}/react` (§3.14). */
export const reactBody = z.object({ reaction: z.enum(REACTIONS) }).strict();

/** `POST /messages/{id}/edit` (§3.15). */
export const editBody = z
	.object({ new_text: text, edited_part_index: z.number().int().nonnegative().default(0) })
	.strict();
