import { Api } from '../../test/support/api';
import { cpuSecondsOf } from '../events/cpu';
import { median } from '../median';
import { askAll, phoneOf, questionsAtChert, STRANGER, type Asking } from './asking';

const WARM_UP = 30;
const ROUNDS = 3;

/** By how much the most expensive message may exceed the cheapest one. */
const MAX_RATIO = 1.25;

export interface StrangersOptions {
	/** Numbers of open questions */
	open: number[];
	/** Messages for each number */
	messages: number;
}

/** Processor time of n8n for a message that answers nothing, by the number of open questions. */
export async function measureStrangers(asking: Asking, { open, messages }: StrangersOptions) {
	const api = new Api(asking.sandbox);
	await askAll(asking, [phoneOf(0)]);
	await strangerMessages(asking, WARM_UP);
	const measured = new Map<number, number[]>(open.map((count) => [count, []]));
	for (let round = 0; round < ROUNDS; round++) {
		for (const count of open) {
			const copies = await openQuestions(asking, api, count);
			measured.get(count)?.push(await strangerMessages(asking, Math.ceil(messages / ROUNDS)));
			for (const id of copies) await api.call('DELETE', `/webhook-subscriptions/${id}`);
		}
	}
	const medians = open.map((count) => median(measured.get(count) ?? []));
	return {
		rows: open.map((count, index) => ({
			'open questions': count,
			'CPU ms per message': Number(medians[index].toFixed(1)),
		})),
		isMet: Math.max(...medians) <= Math.min(...medians) * MAX_RATIO,
	};
}

async function strangerMessages({ n8n, sandbox }: Asking, count: number): Promise<number> {
	const cpuSeconds = () => n8n.homes.reduce((sum, home) => sum + cpuSecondsOf(home), 0);
	const before = cpuSeconds();
	for (let sent = 0; sent < count; sent++) {
		await sandbox.control.reply(STRANGER, { text: `Hello ${sent}` });
		await sandbox.control.idle();
	}
	return ((cpuSeconds() - before) * 1000) / count;
}

/** Copies the record of the one open question for other people, so that this many are open. */
async function openQuestions(asking: Asking, api: Api, count: number): Promise<string[]> {
	const [{ url }] = questionsAtChert(asking);
	const ids: string[] = [];
	for (let index = 1; index < count; index++) {
		const copy = new URL(url);
		copy.searchParams.set('phone', phoneOf(100_000 + index));
		const { body } = await api.call('POST', '/webhook-subscriptions', { body: { url: copy.href } });
		const id = String(body.subscription?.id);
		await api.call('PATCH', `/webhook-subscriptions/${id}`, { body: { is_active: false } });
		ids.push(id);
	}
	return ids;
}
