import { randomBytes } from 'node:crypto';

import type { Context } from '../server/context';
import { ApiError } from '../world/apiError';
import { route } from '../server/route';
import { newId } from '../world/ids';
import { updateSubscriptionBody, createSubscriptionBody } from '../schemas/webhooks';
import type { Subscription } from '../world/types';
import { subscriptionView, wrapped } from './views';

/** §5.1 */
const SECRET_BYTES = 32;

function subscriptionById(context: Context, id: string): Subscription {
	const subscription = context.state.subscriptions.get(id);
	if (!subscription) throw new ApiError(2011);
	return subscription;
}

/** §5.1 */
export const webhookRoutes = [
	route({
		name: 'webhooks.create',
		method: 'POST',
		path: '/webhook-subscriptions',
		body: createSubscriptionBody,
		handle({ context, body }) {
			const { subscriptionLimit: limit } = context.variants;
			if (limit > 0 && context.state.subscriptions.size >= limit)
				throw new ApiError(2008, { message: 'Limit of webhook subscriptions reached' });
			const subscription: Subscription = {
				id: newId('subscription', context.variants.ids),
				...body,
				isActive: true,
				createdAt: context.clock.now(),
				secret: randomBytes(SECRET_BYTES).toString('hex'),
			};
			context.state.subscriptions.set(subscription.id, subscription);
			return {
				body: wrapped(context, 'subscription', {
					...subscriptionView(subscription),
					secret: subscription.secret,
				}),
			};
		},
	}),
	route({
		name: 'webhooks.list',
		method: 'GET',
		path: '/webhook-subscriptions',
		handle({ context }) {
			const list = [...context.state.subscriptions.values()].map(subscriptionView);
			const key = context.variants.subscriptionListKey;
			return { body: key === 'bare' ? list : { [key]: list } };
		},
	}),
	route({
		name: 'webhooks.get',
		method: 'GET',
		path: '/webhook-subscriptions/:id',
		handle: ({ context, params }) => ({
			body: wrapped(
				context,
				'subscription',
				subscriptionView(subscriptionById(context, params.id)),
			),
		}),
	}),
	route({
		name: 'webhooks.change',
		method: 'PATCH',
		path: '/webhook-subscriptions/:id',
		discardable: true,
		body: updateSubscriptionBody,
		handle({ context, params, body }) {
			const subscription = subscriptionById(context, params.id);
			const { is_active: isActive, ...changes } = body;
			Object.assign(subscription, changes, isActive === undefined ? {} : { isActive });
			return { body: wrapped(context, 'subscription', subscriptionView(subscription)) };
		},
	}),
	route({
		name: 'webhooks.delete',
		method: 'DELETE',
		path: '/webhook-subscriptions/:id',
		discardable: true,
		handle({ context, params }) {
			context.state.subscriptions.delete(subscriptionById(context, params.id).id);
			return { body: { deleted: true } };
		},
	}),
];
