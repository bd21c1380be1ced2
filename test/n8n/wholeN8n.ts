import { hostVersion, type HostName } from '../../hosts/versions';
import { agentExampleCases } from './agentExamples';
import { aiToolCases } from './aiTool';
import { campaignExampleCases } from './campaignExample';
import { credentialCases } from './credential';
import { dataTableExampleCases } from './dataTableExamples';
import { exampleCases } from './examples';
import { operationCases } from './operations';
import { receptionistExampleCases } from './receptionistExample';
import { recoverExampleCases } from './recoverExample';
import { sendAndWaitAgentCases } from './sendAndWaitAgent';
import { sendAndWaitByLinkCases } from './sendAndWaitByLink';
import { sendAndWaitByReplyCases } from './sendAndWaitByReply';
import { sendAndWaitExampleCases } from './sendAndWaitExamples';
import { sendAndWaitRecordCases } from './sendAndWaitRecords';
import { sendAndWaitTimeLimitCases } from './sendAndWaitTimeLimit';
import { streamCases } from './stream';
import { subscriptionCases } from './subscription';
import { teamExampleCases } from './teamExamples';
import { startTestHost, type TestHost } from './testHost';
import { waitForPauseCases } from './waitForPause';

/** Includes the installation of n8n when it is missing. */
const START_TIMEOUT_MS = 15 * 60_000;

/** All cases that the package must pass on a complete n8n of either version. */
export function describeWholeN8n(name: HostName): void {
	describe(`on ${name}`, () => {
		let host: TestHost;

		beforeAll(async () => {
			host = await startTestHost(name);
		}, START_TIMEOUT_MS);
		afterEach(async () => await host?.clear());
		afterAll(async () => await host?.close());

		describe('credential test', () => credentialCases(() => host));
		describe('operation', () => operationCases(() => host));
		describe('example', () => exampleCases(() => host, hostVersion(name).major));
		describe('example with data tables', () =>
			dataTableExampleCases(() => host, hostVersion(name).major));
		describe('example recover-missed-events', () => recoverExampleCases(() => host));
		describe('example with an AI Agent', () => agentExampleCases(() => host));
		if (hostVersion(name).major > 1)
			describe('example ai-receptionist', () => receptionistExampleCases(() => host));
		describe('Send and Wait by link', () => sendAndWaitByLinkCases(() => host));
		describe('Send and Wait by reply', () => sendAndWaitByReplyCases(() => host));
		describe('Send and Wait records', () => sendAndWaitRecordCases(() => host));
		describe('Send and Wait time limit', () => sendAndWaitTimeLimitCases(() => host));
		describe('Send and Wait examples', () =>
			sendAndWaitExampleCases(() => host, hostVersion(name).major));
		describe('example campaign', () => campaignExampleCases(() => host));
		describe('example for a team', () => teamExampleCases(() => host, hostVersion(name).major));
		if (hostVersion(name).major > 1)
			describe('Send and Wait for agents', () => sendAndWaitAgentCases(() => host));
		describe('trigger', () => subscriptionCases(() => host));
		describe('stream trigger', () => streamCases(() => host));
		describe('trigger that waits for a pause', () => waitForPauseCases(() => host));
		describe('tool of an AI Agent', () => aiToolCases(() => host, hostVersion(name).major));
	});
}
