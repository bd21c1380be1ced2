import { randomBytes, randomUUID } from 'node:crypto';

import type { Variants } from './variants';

export type IdKind =
	| 'chat'
	| 'convo'
	| 'message'
	| 'inboundMessage'
	| 'attachment'
	| 'inboundAttachment'
	| 'subscription'
	| 'event';

const PREFIXES: Record<IdKind, string> = {
	chat: 'ch_',
	convo: 'cv_',
	message: 'msg_',
	inboundMessage: 'msg_',
	attachment: 'att_',
	inboundAttachment: 'in_',
	subscription: 'sub_',
	event: 'evt_',
};

const hex32 = (): string => randomBytes(16).toString('hex');

/** The shapes that the docs show, per kind of id (§2.6). */
const DOCUMENTED: Record<IdKind, () => string> = {
	chat: randomUUID,
	convo: randomUUID,
	message: hex32,
	inboundMessage: () => randomUUID().toUpperCase(),
	attachment: hex32,
	inboundAttachment: () => `in_${hex32()}`,
	subscription: randomUUID,
	event: () => `evt_${randomBytes(9).toString('hex')}`,
};

/** A new id of the given kind, in the shape that the variant `ids` asks for. */
export function newId(kind: IdKind, shape: Variants['ids']): string {
	switch (shape) {
		case 'uuid':
			return randomUUID();
		case 'hex32':
			return hex32();
		case 'prefixed':
			return `${PREFIXES[kind]}${randomBytes(9).toString('hex')}`;
		case 'documented':
			return DOCUMENTED[kind]();
	}
}
