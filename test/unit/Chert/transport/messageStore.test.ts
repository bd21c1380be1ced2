import type { IWorkflowDataProxyData } from 'n8n-workflow';

import { memoryOf } from '../../../../nodes/Chert/transport/memory';

const begunIn = (executionId: string | undefined, resumeUrl?: string) => {
	const context = {};
	const host = { getContext: () => context, getExecutionId: () => executionId as string };
	return memoryOf(host, { $execution: { resumeUrl } } as unknown as IWorkflowDataProxyData)
		.execution;
};

it('what begins in an execution that n8n gives neither id nor token is like nothing else', () => {
	const begun = [begunIn(undefined), begunIn(undefined), begunIn('')];
	expect(new Set(begun).size).toBe(3);
	expect(begun.every((name) => name !== '')).toBe(true);
});

it('the token that n8n stores with an execution names it, under whichever id it runs', () => {
	const url = (id: string) => `https://n8n.example/webhook-waiting/${id}?signature=abc`;
	expect(begunIn('1', url('1'))).toBe(begunIn('2', url('2')));
});

it('without a token it is the id', () => {
	expect(begunIn('1', 'https://n8n.example/webhook-waiting/1')).toBe('1');
	expect(begunIn('1', 'no address')).toBe('1');
});
