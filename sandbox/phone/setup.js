import { subscriptions } from './api.js';
import { byId, el } from './dom.js';
import { phoneText } from './format.js';

/** How long a copy button says that it has copied. */
const COPIED_MS = 1500;

/** A value with a button that copies it. */
function copyRow(name, value) {
	const code = el('code', {}, value);
	const button = el(
		'button',
		{ type: 'button', className: 'button small', 'aria-label': `Copy ${name.toLowerCase()}` },
		'Copy',
	);
	button.addEventListener('click', async () => {
		try {
			await navigator.clipboard.writeText(value);
			button.textContent = 'Copied';
			setTimeout(() => (button.textContent = 'Copy'), COPIED_MS);
		} catch {
			// Not allowed here: the person copies what is selected.
			getSelection().selectAllChildren(code);
		}
	});
	return el(
		'div',
		{ className: 'copy-row' },
		el('span', { className: 'copy-name' }, name),
		code,
		button,
	);
}

/** What to do to see the first message, with this sandbox's own values. */
function steps({ signingSecret, tenant, lines }) {
	const active = lines
		.filter(({ isActive }) => isActive)
		.map(({ phoneNumber }) => phoneText(phoneNumber));
	return el(
		'ol',
		{ className: 'steps' },
		el(
			'li',
			{},
			'In n8n, make a “Chert API” credential with these values:',
			copyRow('Base URL', new URL('api/v1', document.baseURI).href),
			copyRow('Signing Secret', signingSecret),
			copyRow('Tenant', tenant),
		),
		el(
			'li',
			{},
			'Run a Chert node that sends to any number, for example:',
			copyRow('Phone', '+15550100123'),
		),
		el(
			'li',
			{},
			`The message appears here, from ${active[0] ?? 'a line'}. Answer it, and each published workflow with a Chert Trigger runs.`,
		),
	);
}

/** One workflow that gets events. */
const listener = ({ url, events }) =>
	el('li', {}, el('code', {}, url), ` ${events.length > 0 ? events.join(', ') : 'all events'}`);

async function listeners() {
	try {
		const active = (await subscriptions()).filter(({ isActive }) => isActive);
		if (active.length > 0) return active.map(listener);
		return [
			el(
				'li',
				{},
				'None. Publish a workflow with a Chert Trigger, or let one listen for a test event.',
			),
		];
	} catch (error) {
		return [el('li', {}, error.message)];
	}
}

/** Shows the steps where nothing was sent yet, and in a dialog at any time. */
export function createSetup(store) {
	let shown = '';
	byId('open-setup').addEventListener('click', async () => {
		byId('listening').replaceChildren(...(await listeners()));
		byId('setup').showModal();
	});
	return {
		render() {
			const { info } = store;
			if (!info || shown === JSON.stringify(info.lines) + info.signingSecret + info.tenant) return;
			shown = JSON.stringify(info.lines) + info.signingSecret + info.tenant;
			byId('welcome-setup').replaceChildren(steps(info));
			byId('setup-steps').replaceChildren(steps(info));
		},
	};
}
