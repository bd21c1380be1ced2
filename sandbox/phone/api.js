/** The sandbox's control API (see ../README.md), as far as the page needs it. */

async function call(method, path, body) {
	const response = await fetch(`control${path}`, {
		method,
		...(body === undefined
			? {}
			: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
	});
	const result = await response.json();
	if (!response.ok)
		throw new Error(result.error ?? `The sandbox responded with ${response.status}`);
	return result;
}

/** Everything there is to show. */
export async function snapshot() {
	const [info, chats, messages, events] = await Promise.all([
		call('GET', '/'),
		call('GET', '/chats'),
		call('GET', '/messages?direction=all'),
		call('GET', '/events'),
	]);
	return { info, chats, messages, events };
}

export const subscriptions = () => call('GET', '/subscriptions');

/** A customer writes, sends a file or reacts. Returns chat, message and events. Throws what the sandbox says. */
export const reply = (phone, body) =>
	call('POST', `/leads/${encodeURIComponent(phone)}/reply`, body);

async function attachmentFrom(file) {
	const dataUrl = await new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(reader.result);
		reader.onerror = () => reject(new Error(`The browser cannot read ${file.name}`));
		reader.readAsDataURL(file);
	});
	return {
		fileName: file.name,
		mimeType: file.type || 'application/octet-stream',
		base64: dataUrl.slice(dataUrl.indexOf(',') + 1),
	};
}

/**
 * A customer sends text and files: the text and the first file as one message, each further file as its own.
 *
 * @param {string} phone E.164
 * @param {{ text: string, files: File[] }} draft
 * @param {{ chatId?: string, name?: string, phoneLineId?: string }} target
 * @returns the chat ID
 */
export async function sendAsCustomer(phone, { text, files: [first, ...others] }, target) {
	const { chatId } = await reply(phone, {
		...target,
		...(text === '' ? {} : { text }),
		...(first ? { attachment: await attachmentFrom(first) } : {}),
	});
	for (const file of others) await reply(phone, { chatId, attachment: await attachmentFrom(file) });
	return chatId;
}
