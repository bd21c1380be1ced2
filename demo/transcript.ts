import { styleText } from 'node:util';
import type { SandboxEvents, SandboxMessage } from '../sandbox';

/** Width of the conversation in characters. */
const SCREEN_WIDTH = 76;

/** Maximum text width of a bubble in characters. */
const BUBBLE_WIDTH = 46;

type Side = 'left' | 'right';

/** Prints a conversation as it happens, like a phone: inbound messages on the left, outbound messages on the right. */
export function printConversation(events: SandboxEvents): void {
	const print = (lines: string[], side: Side) => {
		const color = side === 'right' ? 'blueBright' : 'green';
		for (const line of lines)
			console.log(process.stdout.hasColors?.() ? styleText(color, line) : line);
	};
	for (const name of ['message', 'inbound'] as const) {
		events.on(name, (message) => print(messageLines(message), sideOf(message)));
	}
	events.on('reaction', ({ message, reaction, removed }) => {
		const action = removed ? 'removed' : 'added';
		const who = reaction.direction === 'outbound' ? 'n8n' : reaction.from;
		const line = `${who} ${action} a tapback (${reaction.type}): ${shorten(describePart(message.parts[0], message))}`;
		print([align(line, sideOf(message))], sideOf(message));
	});
}

/** Formats a message: a heading, then one bubble per part. */
export function messageLines(message: SandboxMessage): string[] {
	const side = sideOf(message);
	const others = message.phone ?? message.recipients.join(', ');
	const heading = `${clock(message.createdAt)}  ${side === 'right' ? `n8n to ${others}` : `${others} to n8n`}`;
	return [
		'',
		align(heading, side),
		...message.parts.flatMap((part) => bubble(describePart(part, message), side)),
	];
}

function describePart(part: SandboxMessage['parts'][number], message: SandboxMessage): string {
	switch (part.type) {
		case 'text':
			return part.value;
		case 'media': {
			const file = message.attachments.find(
				({ attachmentId }) => attachmentId === part.attachment_id,
			);
			return file
				? `[file] ${file.fileName}, ${file.mimeType}, ${Math.ceil(file.sizeBytes / 1000)} kB`
				: '[file]';
		}
		case 'rich_link':
		case 'link':
			return `[link] ${part.url}`;
		case 'location':
			return `[location] ${part.label ?? ''} ${part.latitude}, ${part.longitude}`;
		case 'contact':
			return `[contact] ${part.name ?? ''}`;
	}
}

function bubble(text: string, side: Side): string[] {
	const lines = text.split('\n').flatMap((line) => wrap(line, BUBBLE_WIDTH));
	const width = Math.max(...lines.map((line) => line.length));
	const edge = '─'.repeat(width + 2);
	const rows = [`╭${edge}╮`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `╰${edge}╯`];
	return rows.map((row) => align(row, side));
}

/** Wraps a line between words. A word that is too long, e.g. a link, stays whole. */
function wrap(line: string, width: number): string[] {
	const lines = [''];
	for (const word of line.split(' ')) {
		const last = lines[lines.length - 1];
		if (last === '') lines[lines.length - 1] = word;
		else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines;
}

function align(line: string, side: Side): string {
	return side === 'right' ? line.padStart(SCREEN_WIDTH) : line;
}

function sideOf({ direction }: SandboxMessage): Side {
	return direction === 'outbound' ? 'right' : 'left';
}

function clock(iso: string): string {
	return new Date(iso).toLocaleTimeString('en-US');
}

function shorten(text: string): string {
	return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}
