import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureOf, outputOf, type Execution } from '../../hosts/rest';
import type { SandboxMessage } from '../../sandbox';
import { FILES } from '../support/testEnvironment';
import { callWebhook, type TestHost } from './testHost';

const ANA = '+15550100123';
const CUSTOMER = { name: 'Ana', phone: ANA };
const LINE = '+15550100001';

/** Each file of examples/, run as its user would run it. */
export function exampleCases(host: () => TestHost, major: 1 | 2): void {
	/** Imports and activates an example; gives its id. */
	const activate = async (name: string, settings?: Record<string, string>): Promise<string> => {
		const id = await host().importExample(name, settings);
		await host().n8n.rest.activate(id);
		return id;
	};
	/** The executions of a workflow once there are that many, all of them green. */
	const green = async (id: string, count: number): Promise<Execution[]> => {
		const executions = await host().n8n.rest.executionsEnded(id, count);
		expect(executions.map((execution) => failureOf(execution))).toEqual(
			Array.from({ length: count }, () => ''),
		);
		return executions;
	};
	const sent = async (count: number): Promise<SandboxMessage[]> =>
		await host().sandbox.control.waitForMessages(count, { phone: ANA, direction: 'outbound' });

	it('review-request asks for a review and answers the reply with a tapback and thanks, once', async () => {
		const { sandbox, files } = host();
		const id = await activate('review-request', {
			senderLine: LINE,
			reviewLink: 'https://shop.example/review',
		});
		await callWebhook(host(), 'job-done', {
			customer: CUSTOMER,
			photoUrl: `${files.url}/after.png`,
		});

		const [request] = await sent(1);
		expect(request).toMatchObject({
			line: LINE,
			route: 'chats.create',
			attachments: [{ mimeType: 'image/png', sizeBytes: 8006 }],
		});
		expect(request.text).toContain('Hi Ana, thank you');
		expect(request.parts.map(({ type }) => type)).toEqual(['text', 'media', 'rich_link']);
		expect(request.parts[2]).toMatchObject({ url: 'https://shop.example/review' });

		await sandbox.control.reply(ANA, { text: 'It looks wonderful!' });
		const [, thanks] = await sent(2);
		expect(thanks).toMatchObject({ chatId: request.chatId, route: 'chats.send' });
		expect(thanks.text).toContain('Thank you');
		await green(id, 2);

		await sandbox.control.reply(ANA, { text: 'Five stars.' });
		await green(id, 3);
		expect(await sent(2)).toHaveLength(2);
		const replies = sandbox.control.messages({ phone: ANA, direction: 'inbound' });
		expect(replies.map(({ reactions }) => reactions.map(({ type }) => type))).toEqual([
			['like'],
			['like'],
		]);
	});

	// n8n 1 takes an item for a failed one only if it has `error`, or `error` and `message`, and nothing beside.
	const onNewer = major === 1 ? it.failing : it;
	onNewer(
		'contact-list reaches the good numbers and puts the bad one on its own branch',
		async () => {
			const { n8n, sandbox } = host();
			const id = await host().importExample('contact-list');
			const execution = await n8n.rest.executionEnded(await n8n.rest.run(id, 'Start'));
			expect(failureOf(execution)).toBe('');

			const rows = (node: string) => outputOf(execution, node).map(({ json }) => json);
			expect(rows('Sent')).toMatchObject([{ name: 'Ana' }, { name: 'Chloe' }]);
			expect(rows('Not sent')).toMatchObject([
				{ name: 'Ben', phone: '555 0124', reason: expect.stringContaining('Phone') },
			]);
			expect(
				sandbox.control.messages().map(({ phone, text }) => [phone, text.slice(0, 9)]),
			).toEqual([
				[ANA, 'Hi Ana, w'],
				['+15550100125', 'Hi Chloe,'],
			]);
		},
	);

	it('send-pdf delivers the file whole and under its own name', async () => {
		const { files } = host();
		const id = await activate('send-pdf');
		await callWebhook(host(), 'invoice-ready', {
			customer: CUSTOMER,
			invoiceNumber: 1042,
			pdfUrl: `${files.url}/invoice-1042.pdf`,
		});

		const [message] = await sent(1);
		await green(id, 1);
		expect(message.text).toBe('Hi Ana, here is invoice 1042. Thank you!');
		expect(message.attachments).toMatchObject([
			{ fileName: 'Invoice 1042.pdf', mimeType: 'application/pdf', sizeBytes: 736 },
		]);
	});

	it('photo-group delivers all photos as a collage, in order', async () => {
		const { files } = host();
		const id = await activate('photo-group', { senderLine: LINE });
		const photoUrls = ['before.png', 'after.png', 'before.png'].map(
			(file) => `${files.url}/${file}`,
		);
		await callWebhook(host(), 'photos-ready', { customer: CUSTOMER, photoUrls });

		const [message] = await sent(1);
		await green(id, 1);
		expect(message.parallelAttachments).toBe(true);
		expect(message.attachments.map(({ sizeBytes }) => sizeBytes)).toEqual([12_980, 8_006, 12_980]);
	});

	it('technician-on-the-way sends the text, then the pin', async () => {
		const id = await activate('technician-on-the-way');
		await callWebhook(host(), 'technician-left', {
			customer: CUSTOMER,
			technician: { name: 'Tom', latitude: 48.8584, longitude: 2.2945 },
			minutes: 20,
		});

		const [text, pin] = await sent(2);
		await green(id, 1);
		expect(text.text).toBe('Hi Ana, Tom is on the way and will be with you in about 20 minutes.');
		expect(pin.parts).toMatchObject([
			{ type: 'location', latitude: 48.8584, longitude: 2.2945, label: 'Tom' },
		]);
	});

	it('save-inbound-photo writes photos to the folder, and nothing else', async () => {
		const { sandbox, outbox } = host();
		const id = await activate('save-inbound-photo', { folder: outbox });
		const photo = join(FILES, 'before.png');
		await sandbox.control.reply(ANA, { text: 'Just a text' });
		await sandbox.control.reply(ANA, {
			attachment: { fileName: 'list.pdf', mimeType: 'application/pdf', base64: 'JVBERg==' },
		});
		await sandbox.control.reply(ANA, {
			text: 'The leak',
			attachment: { fileName: '../leak 1.png', mimeType: 'image/png', path: photo },
		});

		await green(id, 3);
		const [file, ...others] = readdirSync(outbox);
		expect(others).toEqual([]);
		expect(file).toMatch(/^\w+-\.\._leak_1\.png$/);
		expect(readFileSync(join(outbox, file))).toEqual(readFileSync(photo));
	});
}
