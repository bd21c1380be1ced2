import { ExecuteContext, LoadOptionsContext, RoutingNode } from 'n8n-core';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	Workflow,
	type IAuthenticateRuleBase,
	type ICredentialDataDecryptedObject,
	type ICredentialsDecrypted,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type INode,
	type INodeCredentialTestResult,
	type INodeParameters,
	type INodeProperties,
	type INodeType,
} from 'n8n-workflow';

import { ChertApi } from '../../credentials/ChertApi.credentials';
import { requestOptionsField } from '../../nodes/Chert/transport/requestOptions';
import { additionalDataFor } from './engine';

const TYPE = 'chertApi';

type Rule = IAuthenticateRuleBase & {
	properties: { value: unknown; message: string; key?: string };
};

interface RequestError extends Error {
	cause?: { code?: string; response?: { status: number; statusText: string } };
}

/** A node context with the credential, and a description with only the given properties. */
function contextWith(
	data: ICredentialDataDecryptedObject,
	properties: INodeProperties[] = [],
	parameters: INodeParameters = {},
): { context: ExecuteContext; nodeType: INodeType } {
	const nodeType: INodeType = {
		description: {
			displayName: 'Temp-Node',
			name: 'temp',
			group: ['input'],
			version: 1,
			description: '',
			defaults: {},
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			credentials: [{ name: TYPE, required: true }],
			properties,
		},
	};
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: 'temp',
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: { [TYPE]: { id: '1', name: 'Chert' } },
	};
	const nodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new ExecuteContext(
		workflow,
		node,
		additionalDataFor('', workflow, data, { count: 0 }),
		'internal',
		createRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	return { context, nodeType };
}

/** The editor's context for fields with a loaded list. */
export function editorWith(
	data: ICredentialDataDecryptedObject,
	parameters: INodeParameters = {},
): ILoadOptionsFunctions {
	const { context } = contextWith(data, [requestOptionsField], parameters);
	return new LoadOptionsContext(context.workflow, context.getNode(), context.additionalData, '');
}

/** Sends a request with the credential like other nodes, e.g. HTTP Request. */
export async function requestWith(
	data: ICredentialDataDecryptedObject,
	options: IHttpRequestOptions,
): Promise<unknown> {
	const { context } = contextWith(data);
	return await context.helpers.httpRequestWithAuthentication.call(context, TYPE, options);
}

/** Tests a credential like n8n (cli/src/services/credentials-tester.service.ts). */
export async function testCredential(
	data: ICredentialDataDecryptedObject,
): Promise<INodeCredentialTestResult> {
	const { test } = new ChertApi();
	const routing = { request: test.request };
	const { context, nodeType } = contextWith(data, [
		{ displayName: 'Temp', name: 'temp', type: 'string', default: '', routing },
	]);
	const decrypted: ICredentialsDecrypted = { id: '1', name: 'Chert', type: TYPE, data };
	const rules = (test.rules ?? []) as Rule[];
	try {
		const [[{ json }]] = (await new RoutingNode(context, nodeType, decrypted).runNode()) ?? [];
		const broken = rules.find(
			({ type, properties: { key, value } }) =>
				type === 'responseSuccessBody' &&
				(json as Record<string, unknown> | undefined)?.[key ?? ''] === value,
		);
		return broken
			? { status: 'Error', message: broken.properties.message }
			: { status: 'OK', message: 'Connection successful!' };
	} catch (caught) {
		const { message, cause } = caught as RequestError;
		if (!cause?.response) return { status: 'Error', message: cause?.code ?? message };
		const { status, statusText } = cause.response;
		const rule = rules.find(
			({ type, properties }) => type === 'responseCode' && properties.value === status,
		);
		return {
			status: 'Error',
			message: rule?.properties.message ?? (statusText || `Received HTTP status code: ${status}`),
		};
	}
}
