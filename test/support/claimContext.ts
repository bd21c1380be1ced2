import type { IExecuteFunctions, INodeParameters } from 'n8n-workflow';

import type * as Claims from '../../nodes/shared/events/claims';
import type { ProcessedEntries } from './triggerMemory';

interface Situation {
	mode?: string;
	/** The scopes of Remove Duplicates nodes anywhere in the workflow; undefined: the default */
	removeDuplicates?: Array<string | undefined>;
	nodeId?: string;
}

/** The rows of the first trigger go under the name of the scope. */
const keyOf = (scope: string, nodeId: string) =>
	scope === 'workflow' || nodeId === 'node-1' ? scope : `${scope} ${nodeId}`;

/** Remove Duplicates nodes of these scopes. */
export const nodesWith = (scopes: Array<string | undefined>) =>
	Object.fromEntries(
		scopes.map((scope, index) => [
			`Remove Duplicates ${index}`,
			{
				type: 'n8n-nodes-base.removeDuplicates',
				parameters: { options: { ...(scope && { scope }) } } as INodeParameters,
			},
		]),
	);

type Memory = Pick<ProcessedEntries, 'check' | 'remove' | 'clear'>;

/** What an execution gives to the claims, on records that several processes share. */
export const claimContext = (
	memory: Memory,
	executionId: string,
	{ mode = 'webhook', removeDuplicates = [], nodeId = 'node-1' }: Situation = {},
) =>
	({
		getMode: () => mode,
		getExecutionId: () => executionId,
		getWorkflow: () => ({ id: 'workflow-1' }),
		getNode: () => ({
			id: nodeId,
			name: 'Chert Trigger',
			type: 'x',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		}),
		workflow: { nodes: nodesWith(removeDuplicates) },
		helpers: {
			checkProcessedAndRecord: async (items: string[], scope: string, options: never) =>
				await memory.check(keyOf(scope, nodeId), items, options),
			removeProcessed: async (items: string[], scope: string) =>
				await memory.remove(keyOf(scope, nodeId), items),
			clearAllProcessedItems: async (scope: string) => await memory.clear(keyOf(scope, nodeId)),
		},
	}) as unknown as IExecuteFunctions;

/** A copy of the module with its own queue, as every process has one. */
export async function startProcess(): Promise<typeof Claims> {
	let claims: typeof Claims | undefined;
	await jest.isolateModulesAsync(async () => {
		claims = await import('../../nodes/shared/events/claims.ts');
	});
	return claims!;
}
