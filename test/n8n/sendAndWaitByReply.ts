import { outputOf } from '../../hosts/rest';
import { sign } from '../../nodes/shared/subscription/signature';
import { createGroup } from './group';
import {
	ANA,
	ASK,
	askAgain,
	askByReply,
	BEN,
	ended,
	publishAsking,
	questionsAtChert,
	statusOf,
	untilWaiting,
	workflow,
} from './sendAndWaitWorkflow';
import type { TestHost } from './testHost';

/** Answers in iMessage: which of them count, and for which question. */
export function sendAndWaitByReplyCases(host: () => TestHost): void {
	it('continues with a tapback on the question, and not with one on another message', async () => {
		const { sandbox } = host();
		const { ids, messages } = await askByReply(host(), {});
		const { message: other } = await sandbox.control.reply(ANA, { text: 'Which quote?' });
		await sandbox.control.idle();
		await sandbox.control.reply(ANA, { reaction: { type: 'like', messageId: other?.id } });
		await sandbox.control.idle();
		expect(await statusOf(host(), ids[0])).toBe('waiting');
		await sandbox.control.reply(ANA, { reaction: { type: 'dislike', messageId: messages[0].id } });
		const execution = await ended(host(), ids[0]);
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toEqual([
			{ approved: false, respondedAt: expect.any(String), by: ANA, reaction: 'dislike' },
		]);
	});

	it('asks at once when only its step is executed in the editor', async () => {
		const { n8n, sandbox } = host();
		const parameters = { answerBy: 'reply', responseType: 'approval' };
		const workflowId = await host().importWorkflow(workflow(host(), parameters, {}));
		const id = await n8n.rest.runStep(workflowId, ASK);
		await untilWaiting(host(), id);
		await sandbox.control.reply(ANA, { text: 'yes' });
		const execution = await ended(host(), id);
		expect(outputOf(execution, ASK)[0].json.data).toMatchObject({ approved: true, by: ANA });
	});

	it('writes back once when an answer is neither yes nor no, and confirms the answer', async () => {
		const { sandbox } = host();
		const options = { unclearReply: 'YES or NO?', afterAnswer: 'text', afterAnswerText: 'Thanks!' };
		const { ids } = await askByReply(host(), { options });
		for (const text of ['Hm', 'Let me think']) {
			await sandbox.control.reply(ANA, { text });
			await sandbox.control.idle();
		}
		expect(await statusOf(host(), ids[0])).toBe('waiting');
		await sandbox.control.reply(ANA, { text: 'ok' });
		await ended(host(), ids[0]);
		const texts = sandbox.control.messages({ phone: ANA }).map(({ text }) => text);
		expect(texts).toEqual(['Is quote 1042 fine?', 'YES or NO?', 'Thanks!']);
	});

	it('lists the files of a free text answer', async () => {
		const { sandbox } = host();
		const { ids } = await askByReply(host(), { responseType: 'freeText' });
		const attachment = { fileName: 'roof.png', mimeType: 'image/png', base64: 'iVBORw0KGgo=' };
		await sandbox.control.reply(ANA, { text: 'Like this', attachment });
		const execution = await ended(host(), ids[0]);
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toMatchObject([
			{
				text: 'Like this',
				by: ANA,
				attachments: [
					{
						attachmentId: expect.any(String),
						fileName: 'roof.png',
						mimeType: 'image/png',
						sizeBytes: 8,
					},
				],
			},
		]);
	});

	it('takes a text for the newest of two questions, and a tapback for the one that it is on', async () => {
		const { sandbox } = host();
		const { ids, messages } = await askByReply(host(), {}, 2);
		await sandbox.control.reply(ANA, { reaction: { type: 'like', messageId: messages[0].id } });
		const first = await ended(host(), ids[0]);
		expect(outputOf(first, ASK)[0].json.data).toMatchObject({ approved: true, reaction: 'like' });
		expect(await statusOf(host(), ids[1])).toBe('waiting');

		const third = await askAgain(host(), 3);
		const { events } = await sandbox.control.reply(ANA, { text: 'no' });
		const newest = await ended(host(), third);
		expect(outputOf(newest, ASK)[0].json.data).toMatchObject({ approved: false });
		expect(await statusOf(host(), ids[1])).toBe('waiting');
		await sandbox.control.idle();
		const [{ event_id: eventId }] = events;
		await sandbox.control.redeliver({ eventId, times: 2, concurrency: 2 });
		expect(await statusOf(host(), ids[1])).toBe('waiting');
		await sandbox.control.reply(ANA, { text: 'yes' });
		const second = await ended(host(), ids[1]);
		expect(outputOf(second, ASK)[0].json.data).toMatchObject({ approved: true });
	});

	it('continues only the execution that asked, once, although two published workflows hear the answer', async () => {
		const { sandbox } = host();
		const { ids } = await askByReply(host(), { responseType: 'freeText' });
		await publishAsking(host(), { responseType: 'freeText', phone: BEN }, 'ask-ben');
		const other = await askAgain(host(), 2, 'ask-ben');
		const questions = questionsAtChert(host());
		expect(sandbox.control.subscriptions()).toHaveLength(questions.length + 2);

		const textOf = async (id: string) =>
			outputOf(await ended(host(), id), 'After').map(({ json }) => json.data);
		await sandbox.control.reply(ANA, { text: 'On Tuesday' });
		expect(await textOf(ids[0])).toMatchObject([{ text: 'On Tuesday', by: ANA }]);
		await sandbox.control.idle();
		expect(await statusOf(host(), other)).toBe('waiting');
		await sandbox.control.reply(BEN, { text: 'On Monday' });
		expect(await textOf(other)).toMatchObject([{ text: 'On Monday', by: BEN }]);
	});

	it('takes the first answer of a group, and of its approvers only where they are named', async () => {
		const { sandbox } = host();
		const chatId = await createGroup(host(), [ANA, BEN]);
		const options = { approvers: BEN };
		const { ids } = await askByReply(host(), { recipient: 'chatId', chatId, options });
		await sandbox.control.reply(BEN, { text: 'yes' });
		await sandbox.control.reply(ANA, { text: 'yes', chatId });
		await sandbox.control.idle();
		expect(await statusOf(host(), ids[0])).toBe('waiting');
		await sandbox.control.reply(BEN, { text: 'ok', chatId });
		const execution = await ended(host(), ids[0]);
		expect(outputOf(execution, ASK)[0].json.data).toMatchObject({ approved: true, by: BEN });
	});

	it('lets nobody answer who is not asked: forged, unsigned and repeated deliveries', async () => {
		const { sandbox } = host();
		const { ids } = await askByReply(host(), {});
		const [route] = sandbox.control.subscriptions();
		const [{ url }] = questionsAtChert(host());
		const { events } = await sandbox.control.reply(BEN, { text: 'hello' });
		await sandbox.control.idle();
		const forged = JSON.stringify(events[0].payload).replaceAll(BEN, ANA).replace('hello', 'yes');
		const post = async (address: string, headers: Record<string, string> = {}) =>
			(
				await fetch(address, {
					method: 'POST',
					headers: { 'content-type': 'application/json', ...headers },
					body: forged,
				})
			).status;
		const seconds = Math.floor(Date.now() / 1000);
		const signed = sign(Buffer.from(forged), 'f'.repeat(64), seconds);
		expect(await post(route.url)).toBe(401);
		expect(await post(route.url, { 'x-webhook-signature': signed })).toBe(401);
		expect(await post(url.replace(/signature=\w+/, `signature=${'0'.repeat(64)}`))).toBe(401);
		expect(await post(url.replace(/until=\d+/, 'until=9999999999999'))).toBe(401);
		expect(await statusOf(host(), ids[0])).toBe('waiting');

		const { events: genuine } = await sandbox.control.reply(ANA, { text: 'no' });
		await ended(host(), ids[0]);
		await sandbox.control.idle();
		const { statuses } = await sandbox.control.redeliver({
			eventId: genuine[0].event_id,
			times: 3,
			concurrency: 3,
		});
		expect(statuses).toEqual([200, 200, 200]);
	});
}
