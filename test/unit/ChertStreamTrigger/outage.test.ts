import { NodeApiError, type INode } from 'n8n-workflow';

import { Outage } from '../../../nodes/ChertStreamTrigger/outage';

const NODE = { name: 'Chert Stream Trigger' } as INode;
const error = (message: string) =>
	new NodeApiError(NODE, {}, { message, description: 'Base URL is in the credential.' });

let now = 0;
let told: string[];
let descriptions: string[];
const outage = () =>
	new Outage(NODE, {
		outage: ({ message, description }) => {
			told.push(message);
			descriptions.push(description ?? '');
		},
		recovery: () => told.push('recovery'),
	});

beforeEach(() => {
	now = 0;
	told = [];
	descriptions = [];
	jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

it('tells of a lasting outage once, with what to check, and once when it is over', () => {
	const reports = outage();
	for (; now < 20 * 60_000; now += 30_000) {
		reports.continues(error(now % 60_000 === 0 ? 'refused' : 'status 500'), 30_000, false);
		if (now < 4 * 60_000) expect(told).toEqual([]);
	}
	expect(told).toEqual(['No events from Chert for about 5 minutes: status 500']);
	expect(descriptions[0]).toMatch(/Base URL.*proxy or firewall.*keeps trying/);
	reports.ends();
	reports.ends();
	expect(told.slice(1)).toEqual(['recovery']);
});

it('tells nothing of a short one', () => {
	const reports = outage();
	for (; now < 4 * 60_000; now += 30_000) reports.continues(error('refused'), 30_000, false);
	reports.ends();
	now += 60_000;
	reports.continues(error('refused'), 1_000, false);
	expect(told).toEqual([]);
});

it('tells at once what a person has to change, once for each reason', () => {
	const reports = outage();
	for (const reason of ['one', 'one', 'two', 'one'])
		reports.continues(error(reason), 300_000, true);
	expect(told).toEqual(['one', 'two', 'one']);
});

it('tells of a later outage again', () => {
	const reports = outage();
	reports.continues(error('one'), 300_000, true);
	reports.ends();
	reports.continues(error('one'), 300_000, true);
	expect(told).toEqual(['one', 'recovery', 'one']);
});
