import type { RouteDefinition } from '../server/route';
import { attachmentRoutes } from './attachments';
import { chatRoutes } from './chats';
import { contactRoutes } from './contacts';
import { eventRoutes } from './events';
import { groupRoutes } from './groups';
import { lineRoutes } from './lines';
import { locationRoutes } from './locations';
import { messageRoutes } from './messages';
import { sendRoutes } from './send';
import { webhookRoutes } from './webhooks';

/** Every route of §3, §5 and §6, under `/api/v1`. */
export const ROUTES: RouteDefinition[] = [
	...sendRoutes,
	...chatRoutes,
	...groupRoutes,
	...contactRoutes,
	...messageRoutes,
	...locationRoutes,
	...attachmentRoutes,
	...lineRoutes,
	...webhookRoutes,
	...eventRoutes,
];

/** Names that fault rules may use. */
export const ROUTE_NAMES = ROUTES.map(({ name }) => name);
