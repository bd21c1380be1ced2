import { resource } from '../resource';
import { addParticipant } from './addParticipant';
import { createChat } from './create';
import { leaveGroup } from './leave';
import { markAsRead } from './markRead';
import { removeParticipant } from './removeParticipant';
import { setTyping } from './setTyping';
import { updateGroup } from './updateGroup';

export const chat = resource({ name: 'Chat', value: 'chat' }, createChat, [
	addParticipant,
	createChat,
	leaveGroup,
	markAsRead,
	removeParticipant,
	setTyping,
	updateGroup,
]);
