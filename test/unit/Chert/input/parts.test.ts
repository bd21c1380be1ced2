import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import {
	checkFirstMessage,
	checkParallelAttachments,
	filesOf,
	partsFromJson,
	readParts,
	type MessagePart,
} from '../../../../nodes/Chert/input/parts';
import { FileSource } from '../../../../nodes/Chert/input/file';
import { file, itemWith } from '../../../support/item';

const SEED = { seed: 20_260_901 };
const URL = 'https://shop.example/review';

const word = fc.stringMatching(/^[a-zA-Z0-9 äß👋]{0,12}[a-z]$/u);
const id = fc.stringMatching(/^[a-z]{2,3}_[0-9a-f]{8}$/);
const address = fc.webUrl({ validSchemes: ['https'] });

/** A part as the form stores it, and as the API takes it; a file part gives only the name of its field. */
const part: fc.Arbitrary<{ form: IDataObject; api: IDataObject; field?: string }> = fc.oneof(
	word.map((text) => ({ form: { type: 'text', text }, api: { type: 'text', value: text } })),
	id.map((attachmentId) => ({
		form: { type: 'media', attachmentId },
		api: { type: 'media', attachment_id: attachmentId },
	})),
	fc.tuple(address, fc.stringMatching(/^[a-z]{4,8}\.jpg$/)).map(([url, fileName]) => ({
		form: { type: 'fileUrl', url, fileName },
		api: { type: 'media', attachment_id: `of ${fileName}` },
		field: undefined,
	})),
	fc.stringMatching(/^[a-z]{4,8}$/).map((field) => ({
		form: { type: 'file', binaryPropertyName: field },
		api: { type: 'media', attachment_id: `of ${field}.png` },
		field,
	})),
	fc
		.tuple(
			address,
			fc.record(
				{ title: word, summary: word, imageUrl: address, iconUrl: address },
				{ requiredKeys: [] },
			),
		)
		.map(([url, linkPreview]) => {
			const { title, summary, imageUrl, iconUrl } = linkPreview as Record<string, string>;
			const preview = {
				title: title?.trim(),
				summary: summary?.trim(),
				image_url: imageUrl,
				icon_url: iconUrl,
			};
			const given = Object.fromEntries(
				Object.entries(preview).filter(([, value]) => value !== undefined),
			);
			return {
				form: { type: 'richLink', url, linkPreview },
				api: { type: 'rich_link', url, ...given },
			};
		}),
);

it('gives the API the parts of the form, in their order, each file in its place', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 12 }), async (entries) => {
			const fields = entries.flatMap(({ field }) => field ?? []);
			const binary = Object.assign({}, ...fields.map((field) => file(field)));
			const parts = await readParts(
				itemWith({ parts: { part: entries.map(({ form }) => form) } }, binary),
			);

			const withIds = parts.map((each) =>
				each.attachment_id instanceof FileSource
					? { ...each, attachment_id: `of ${each.attachment_id.fileName}` }
					: each,
			);
			expect(withIds).toEqual(entries.map(({ api }) => api));
			expect(filesOf(parts).map(({ fileName }) => `of ${fileName}`)).toEqual(
				entries
					.filter(({ form }) => /^file/.test(String(form.type)))
					.map(({ api }) => api.attachment_id),
			);
		}),
		SEED,
	);
});

it('lets the JSON of the API through as it is, typed or by an expression', () => {
	const apiPart = part.map(({ api }) => api);
	fc.assert(
		fc.property(fc.array(apiPart, { minLength: 1 }), (parts) => {
			expect(partsFromJson(parts)).toEqual(parts);
			expect(partsFromJson(JSON.stringify(parts, null, 2))).toEqual(parts);
		}),
		SEED,
	);
});

it('leaves kinds of parts that it does not know to the API', () => {
	const parts = [
		{ type: 'link', url: URL },
		{ type: 'sticker', pack: 7 },
	];

	expect(partsFromJson(parts)).toEqual(parts);
});

it.each([
	['[{', /^Parts \(JSON\) is not valid JSON \(.+\): check quotes, commas and brackets$/],
	['"text"', /^Parts \(JSON\) is not a list/],
	['null', /^Parts \(JSON\) is not a list/],
	[undefined, /^Parts \(JSON\) is not a list/],
	['  ', /^Parts \(JSON\) is empty: enter an array/],
	[[{ type: 7 }], /^Parts \(JSON\): part 1 has no "type": use text, media or rich_link$/],
	[['Hello'], /^Parts \(JSON\): part 1 has no "type"/],
	[[{ type: 'text', value: ' ' }], /^Parts \(JSON\): part 1 of type text has no "value": add it$/],
	[
		[{ type: 'rich_link', value: URL }],
		/^Parts \(JSON\): part 1 of type rich_link has no "url": add it$/,
	],
])('%j is refused', (value, sentence) => {
	expect(() => partsFromJson(value)).toThrow(sentence);
});

describe('the first message', () => {
	const text = (value: string): MessagePart => ({ type: 'text', value });
	const link: MessagePart = { type: 'rich_link', url: URL };

	it.each(['See https://shop.example', 'HTTP://SHOP.EXAMPLE', '(https://x)'])(
		'has no web address in a text: %s',
		(value) => {
			expect(() => checkFirstMessage([link, text(value)], false)).toThrow(
				"Part 2: the first message of a chat can't have a web address in its text",
			);
		},
	);

	it.each(['shop.example/offer', 'www.shop.example', 'https', 'mailto:ana@example.com'])(
		'may have what the API does not take for one: %s',
		(value) => {
			expect(() => checkFirstMessage([text(value)], true)).not.toThrow();
		},
	);

	it('may have links and media when it is direct', () => {
		expect(() =>
			checkFirstMessage([link, { type: 'media', attachment_id: 'a' }], false),
		).not.toThrow();
	});
});

describe('photos as a collage', () => {
	const drafts = async (...types: string[]) =>
		await readParts(
			itemWith(
				{
					parts: {
						part: types.map((_type, index) => ({ type: 'file', binaryPropertyName: `f${index}` })),
					},
				},
				Object.assign(
					{},
					...types.map((mimeType, index) => file(`f${index}`, { mimeType, fileName: `f${index}` })),
				),
			),
		);

	it.each([
		['two images', ['image/jpeg', 'image/heic']],
		['an image and a file of unknown type', ['image/jpeg', 'application/octet-stream']],
	])('take %s', async (_case, types) => {
		const parts = await drafts(...types);

		expect(() => checkParallelAttachments(parts)).not.toThrow();
	});

	it('count attachments by ID, whose types are not known', () => {
		const media: MessagePart = { type: 'media', attachment_id: 'a' };

		expect(() => checkParallelAttachments([media, media])).not.toThrow();
		expect(() => checkParallelAttachments([media])).toThrow('needs at least two images');
	});

	it('do not take a video', async () => {
		const parts = await drafts('image/jpeg', 'video/mp4');

		expect(() => checkParallelAttachments(parts)).toThrow(
			'Send Photos as Collage: "f1" is video/mp4, not an image',
		);
	});
});
