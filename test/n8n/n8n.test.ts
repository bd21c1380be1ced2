import { credentialCases } from './credential';
import { exampleCases } from './examples';
import { subscriptionCases } from './subscription';
import { startTestHost, type TestHost } from './testHost';

/** One case activates workflows, waits for their runs and may restart n8n. */
jest.setTimeout(2 * 60_000);

/** Installing n8n, if it is not there yet, and starting it once for all cases. */
const START_TIMEOUT_MS = 15 * 60_000;

describe('on a whole n8n', () => {
	let host: TestHost;

	beforeAll(async () => {
		host = await startTestHost();
	}, START_TIMEOUT_MS);
	afterEach(async () => await host.clear());
	afterAll(async () => await host?.stop());

	describe('credential test', () => credentialCases(() => host));
	describe('example', () => exampleCases(() => host));
	describe('trigger', () => subscriptionCases(() => host));
});
