import {
	NodeApiError,
	type IDataObject,
	type ILoadOptionsFunctions,
	type JsonObject,
} from 'n8n-workflow';

import { credentialError, readCredential } from '../../shared/credential';
import {
	describeApiError,
	describeAttemptError,
	type ErrorMessage,
} from '../../shared/errorMessages';
import { CREDENTIAL_TYPE, sendRequest } from '../../shared/request';
import { readConnection } from '../transport/requestOptions';
import { unwrapList } from '../../shared/responseBody';

/**
 * Requests a list to pick from.
 *
 * @param path below the base URL
 * @param names the keys under which Chert may return the list
 * @throws NodeApiError that says what to do
 */
export async function requestList(
	context: ILoadOptionsFunctions,
	path: string,
	...names: string[]
): Promise<IDataObject[]> {
	const credentialData = await context.getCredentials(CREDENTIAL_TYPE);
	const credential = readCredential(credentialData);
	const message = credentialError(credential);
	if (message) throw toNodeError(context, { message, description: '' });

	const { baseUrl } = credential;
	const result = await sendRequest(context, credentialData, {
		method: 'GET',
		path,
		connection: readConnection(context.getNode(), context.getNodeParameter('requestOptions', {})),
	});
	if ('error' in result)
		throw toNodeError(context, describeAttemptError(result.error, { baseUrl }));
	const { body, statusCode } = result.value;
	const list = unwrapList(body, ...names);
	if (!list) throw toNodeError(context, describeApiError({ status: statusCode }, { baseUrl }));
	return list;
}

function toNodeError(context: ILoadOptionsFunctions, errorMessage: ErrorMessage): NodeApiError {
	return new NodeApiError(context.getNode(), { ...errorMessage } as JsonObject, errorMessage);
}
