import type { Context } from '../server/context';
import { ApiError } from '../world/apiError';
import { TooManyBytes, type StoredFile } from '../world/fileStore';
import { route, type RouteRequest } from '../server/route';
import type { RouteResponse } from '../server/routeResponse';
import { newId } from '../world/ids';
import { slotBody } from '../schemas/attachments';
import type { Attachment } from '../world/types';
import { attachmentView, wrapped } from './views';

/** §3.17 */
const SLOT_LIFETIME_MS = 15 * 60_000;

function attachmentById(context: Context, id: string): Attachment {
	const attachment = context.state.attachments.get(id);
	if (!attachment) throw new ApiError(5001);
	return attachment;
}

/** MIME type without parameters, in lowercase. */
function mediaType(header: string | undefined): string {
	return (header ?? '').split(';')[0].trim().toLowerCase();
}

function wrongSize(attachment: Attachment): ApiError {
	return new ApiError(1002, {
		message: `The body is not the ${attachment.sizeBytes} bytes that were registered`,
	});
}

/** §3.18. If the headers are wrong, the request fails before the bytes are read. */
async function receive({ context, params, headers, stream }: RouteRequest): Promise<RouteResponse> {
	const attachment = attachmentById(context, params.id);
	if (context.clock.now() > attachment.expiresAt)
		throw new ApiError(1012, { message: 'The upload slot has expired' });
	const type = mediaType(headers['content-type']);
	if (type !== mediaType(attachment.mimeType)) {
		throw new ApiError(1002, {
			message: `Content-Type is ${type || 'missing'}, registered was ${attachment.mimeType}`,
		});
	}
	const declared = headers['content-length'];
	if (declared !== undefined && Number(declared) !== attachment.sizeBytes)
		throw wrongSize(attachment);
	let file: StoredFile;
	try {
		file = await context.files.write(stream, attachment.sizeBytes);
	} catch (error) {
		throw error instanceof TooManyBytes ? wrongSize(attachment) : error;
	}
	if (file.sizeBytes !== attachment.sizeBytes) {
		await context.files.remove(file.filePath);
		throw wrongSize(attachment);
	}
	// A retried PUT replaces the bytes.
	if (attachment.filePath !== undefined) await context.files.remove(attachment.filePath);
	Object.assign(attachment, {
		filePath: file.filePath,
		sha256: file.sha256,
		uploadedAt: context.clock.now(),
	});
	return { body: { success: true } };
}

/** §3.17 to §3.20 */
export const attachmentRoutes = [
	route({
		name: 'attachments.create',
		method: 'POST',
		path: '/attachments',
		body: slotBody,
		handle({ context, body, origin }) {
			const attachment: Attachment = {
				id: newId('attachment', context.variants.ids),
				fileName: body.filename,
				mimeType: body.content_type,
				sizeBytes: body.size_bytes,
				expiresAt: context.clock.now() + SLOT_LIFETIME_MS,
			};
			context.state.attachments.set(attachment.id, attachment);
			return {
				body: {
					attachment_id: attachment.id,
					upload_url: `${origin}/api/v1/attachments/${attachment.id}/upload`,
					required_headers: {
						authorization: 'Bearer <your-signing-secret>',
						'content-type': attachment.mimeType,
					},
					expires_at: context.clock.iso(attachment.expiresAt),
				},
			};
		},
	}),
	route({
		name: 'attachments.upload',
		method: 'PUT',
		path: '/attachments/:id/upload',
		bearerOnly: true,
		streamed: true,
		discardable: true,
		handle: receive,
	}),
	route({
		name: 'attachments.get',
		method: 'GET',
		path: '/attachments/:id',
		handle: ({ context, params }) => ({
			body: wrapped(context, 'attachment', attachmentView(attachmentById(context, params.id))),
		}),
	}),
	route({
		name: 'attachments.content',
		method: 'GET',
		path: '/attachments/:id/content',
		handle: ({ context, params }) => contentResponse(context, params.id),
	}),
];

/**
 * The bytes of an attachment, streamed.
 *
 * @throws ApiError 5001 when unknown, 5004 when not uploaded yet
 */
export function contentResponse(context: Context, id: string): RouteResponse {
	const attachment = attachmentById(context, id);
	if (!attachment.filePath) throw new ApiError(5004);
	return {
		headers: {
			'content-type': attachment.mimeType,
			'content-length': String(attachment.sizeBytes),
		},
		stream: context.files.read(attachment.filePath),
	};
}
