/** The sandbox's control API (see ../README.md), as far as the page needs it. */

async function call(method, path, body) {
	const response = await fetch(`control${path}`, {
		method,
		...(body === undefined
			? {}
			: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
	});
	const answer = await response.json();
	if (!response.ok) throw new Error(answer.error ?? `The sandbox answered ${response.status}`);
	return answer;
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

/** A lead writes, sends a file or reacts. Answers the chat, the message and the events that were made. Throws what the sandbox says. */
export const reply = (phone, body) =>
	call('POST', `/leads/${encodeURIComponent(phone)}/reply`, body);

/** Reads a chosen file for `reply`. */
export async function attachmentFrom(file) {
	const dataUrl = await new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(reader.result);
		reader.onerror = () => reject(new Error(`${file.name} cannot be read`));
		reader.readAsDataURL(file);
	});
	return {
		fileName: file.name,
		mimeType: file.type || 'application/octet-stream',
		base64: dataUrl.slice(dataUrl.indexOf(',') + 1),
	};
}
