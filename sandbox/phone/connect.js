import { subscriptions } from './api.js';
import { phoneText, webhookText } from './format.js';
import { Dialog, html } from './ui.js';
import { useEffect, useRef, useState } from './vendor/htm-preact.js';

/** How long a copy button says that it has copied. */
const COPIED_MS = 1500;

/** A value with a button that copies it. */
function CopyRow({ name, value }) {
	const code = useRef(null);
	const [isCopied, setCopied] = useState(false);
	async function copy() {
		try {
			await navigator.clipboard.writeText(value);
			setCopied(true);
			setTimeout(() => setCopied(false), COPIED_MS);
		} catch {
			// The browser does not allow it here: the person copies what is selected.
			getSelection().selectAllChildren(code.current);
		}
	}
	return html`
		<div class="copy-row">
			<span class="copy-name">${name}</span>
			<code ref=${code}>${value}</code>
			<button type="button" class="button small" aria-label="Copy ${name}" onclick=${copy}>
				${isCopied ? 'Copied' : 'Copy'}
			</button>
		</div>
	`;
}

/** What to do to see the first message, with the values of this sandbox. */
export function Steps({ info: { signingSecret, tenant, lines } }) {
	const line = lines.find(({ isActive }) => isActive)?.phoneNumber;
	return html`
		<ol class="steps">
			<li>
				In n8n, create a “Chert API” credential with these values:
				<${CopyRow} name="Signing Secret" value=${signingSecret} />
				<${CopyRow} name="Tenant" value=${tenant} />
				<${CopyRow} name="Base URL" value=${new URL('api/v1', document.baseURI).href} />
			</li>
			<li>
				Run a Chert node that sends to any phone number, for example:
				<${CopyRow} name="Phone" value="+15550100123" />
			</li>
			<li>
				The message appears here, from${' '}
				<span class="nowrap">${line ? phoneText(line) : 'your line'}</span>. Reply to it, and each
				published workflow with a Chert Trigger runs.
			</li>
		</ol>
	`;
}

/**
 * What listens: the workflow's name where the sandbox knows it, else the address. A workflow whose nodes have
 * subscriptions for the same events is listed once.
 */
function listenersOf(subscriptions, names) {
	const listeners = subscriptions.map(({ url, events }) => ({
		url,
		name: Object.entries(names).find(([webhookId]) => url.includes(webhookId))?.[1],
		events: events.length > 0 ? events.join(', ') : 'all events',
	}));
	const entries = listeners.map((each) => [`${each.name ?? each.url} ${each.events}`, each]);
	return [...new Map(entries).values()];
}

function Listener({ url, name, events }) {
	return html`
		<li title=${url}>
			${name ? html`<strong>${name}</strong>` : html`<code>${webhookText(url)}</code>`}
			<small>${events}</small>
		</li>
	`;
}

/** How to connect n8n, and which workflows listen. */
export function Connect({ info, onClose }) {
	const [listening, setListening] = useState(null);
	const [alert, setAlert] = useState('');
	useEffect(() => {
		subscriptions().then(
			(all) =>
				setListening(
					listenersOf(
						all.filter(({ isActive }) => isActive),
						info.workflowNames,
					),
				),
			({ message }) => setAlert(message),
		);
	}, []);
	return html`
		<${Dialog} label="Connect n8n" kind="sheet" onClose=${onClose}>
			${(close) => html`
				<h2>Connect n8n</h2>
				<${Steps} info=${info} />
				<h3>Workflows that listen</h3>
				<ul class="listening">
					${listening?.map((each) => html`<${Listener} ...${each} />`)}
				</ul>
				${
					listening?.length === 0 &&
					html`<p class="lead">
						None. Publish a workflow with a Chert Trigger, or select Execute step in the trigger.
					</p>`
				}
				<p class="alert" role="alert">${alert}</p>
				<div class="dialog-buttons">
					<button type="button" class="button main" onclick=${close}>Done</button>
				</div>
			`}
		<//>
	`;
}
