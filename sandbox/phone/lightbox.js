import { Dialog, html } from './ui.js';
import { useState } from './vendor/htm-preact.js';

/** The photos of a message in large, one at a time. */
export function Lightbox({ files, index, onClose }) {
	const [at, setAt] = useState(index);
	const { url, fileName } = files[at];
	const move = (steps) => setAt((at + steps + files.length) % files.length);
	const onKeyDown = ({ key }) => {
		if (key === 'ArrowLeft') move(-1);
		if (key === 'ArrowRight') move(1);
	};
	return html`
		<${Dialog} label="Photo" kind="lightbox" onClose=${onClose} onKeyDown=${onKeyDown}>
			${(close) => html`
				<img src=${url} alt=${fileName} />
				<p aria-live="polite">
					${files.length > 1 ? `${fileName} (${at + 1} of ${files.length})` : fileName}
				</p>
				<div class="dialog-buttons">
					${
						files.length > 1 &&
						html`
							<button type="button" class="button" onclick=${() => move(-1)}>Previous</button>
							<button type="button" class="button" onclick=${() => move(1)}>Next</button>
						`
					}
					<a class="button" href=${url} download=${fileName}>Save</a>
					<button type="button" class="button main" onclick=${close}>Done</button>
				</div>
			`}
		<//>
	`;
}
