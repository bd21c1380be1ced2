import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { ChertApi } from '../../credentials/ChertApi.credentials';

type Authenticate = (
	data: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
) => Promise<IHttpRequestOptions>;

/** What n8n's engine asks about credentials: there is one, of our type. */
export function credentialsHelper(
	credential: ICredentialDataDecryptedObject,
	onRead: () => void = () => undefined,
) {
	const type = new ChertApi();
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getCredentialsProperties: () => type.properties,
		preAuthentication: async () => undefined,
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			_type: string,
			request: IHttpRequestOptions,
		) => await (type.authenticate as Authenticate)(data, request),
		getDecrypted: async () => {
			onRead();
			return credential;
		},
	};
}
