import { fileKind, hostText, phoneText, safeHref, sizeText } from './format.js';
import { Avatar, html, Icon, Spoken, hueOf } from './ui.js';
import { readVcard } from './vcard.js';
import { useState } from './vendor/htm-preact.js';

/** A collage has room for this many photos; the last one says how many more there are. */
const COLLAGE_PHOTOS = 4;

/** Preview of a link. The page loads no pictures of other sites: it draws one and names the file. */
export function LinkCard({ url, title, summary, image_url: imageUrl }) {
	const host = hostText(url);
	const href = safeHref(url);
	const content = html`
		<span
			class="link-picture drawn ${imageUrl ? 'large' : ''}"
			style=${hueOf(host)}
			aria-hidden="true"
		>
			<span class="link-letter">${host[0]?.toUpperCase() ?? '?'}</span>
			${
				imageUrl &&
				html`<span class="link-image ellipsis"
					><${Icon} name="image" /> ${imageUrl.split('/').at(-1) || imageUrl}</span
				>`
			}
		</span>
		<span class="card-text">
			<strong>${title ?? host}</strong>
			${summary && html`<span>${summary}</span>`}
			<small>${host}</small>
		</span>
	`;
	return href
		? html`<a class="card" href=${href} target="_blank" rel="noopener noreferrer" title=${href}
				>${content}</a
			>`
		: html`<span class="card">${content}</span>`;
}

/** A pin on a drawn map: the page asks no map service, so the streets are made up. */
export function LocationCard({ latitude, longitude, label, address, mode }) {
	const where = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
	return html`
		<div class="card">
			<img class="map" src="map.svg" alt="" />
			<span class="card-text">
				<${Spoken}>Location: <//>
				<strong>${label ?? address ?? 'Pinned Location'}</strong>
				${label && address && html`<span>${address}</span>`}
				<small>${mode === 'url' ? `${where} (sent as a map link)` : where}</small>
			</span>
		</div>
	`;
}

/** A shared contact, or the card of the line itself. */
export function ContactCard({ name, contact, vcard_text: vcard, is_own_card: isOwn }) {
	const {
		full_name: fullName,
		organization,
		phones = [],
		emails = [],
	} = contact ?? readVcard(vcard);
	const title = (name ?? fullName ?? organization ?? 'Contact').replace(/\+\d{7,15}/, phoneText);
	const rows = [
		...phones.map(({ label = 'phone', value }) => ({ label, value: phoneText(value) })),
		...emails.map(({ label = 'email', value }) => ({ label, value })),
	];
	return html`
		<div class="card">
			<span class="card-row flex">
				<${Avatar} name=${title} />
				<span class="card-text">
					<${Spoken}>Contact: <//>
					<strong>${title}</strong>
					<small>${isOwn ? 'Shared name and number' : (organization ?? 'Contact Card')}</small>
				</span>
			</span>
			<dl class="contact-rows">
				${rows.map(
					({ label, value }) =>
						html`<div>
							<dt>${label}</dt>
							<dd>${value}</dd>
						</div>`,
				)}
			</dl>
		</div>
	`;
}

/** A file that the page neither shows nor plays: its name and size; a click saves it. */
function FileCard({ url, fileName, mimeType, sizeBytes }) {
	const kind = /([^/+.]+)$/.exec(mimeType)?.[1].toUpperCase();
	return html`
		<a class="card card-row flex" href=${url} download=${fileName}>
			<span class="file-icon" aria-hidden="true"><${Icon} name="file" /></span>
			<span class="card-text">
				<strong>${fileName}</strong>
				<small>${[kind, sizeText(sizeBytes)].filter(Boolean).join(', ')}</small>
				<${Spoken}>, save<//>
			</span>
		</a>
	`;
}

/** A photo that opens large. One that the browser cannot show, e.g. HEIC, becomes a file. */
export function Photo({ file, open, more = 0 }) {
	const [isShown, setShown] = useState(true);
	if (!isShown) return html`<${FileCard} ...${file} />`;
	const label = `Photo ${file.fileName}, open${more > 0 ? `, and ${more} more` : ''}`;
	return html`
		<button type="button" class="photo" aria-label=${label} onclick=${open}>
			<img src=${file.url} alt="" onerror=${() => setShown(false)} />
			${file.isLive && html`<span class="live">LIVE</span>`}
			${more > 0 && html`<span class="more" aria-hidden="true">+${more}</span>`}
		</button>
	`;
}

/** Photos that were sent as one group. */
export function Collage({ files, open }) {
	const shown = files.slice(0, COLLAGE_PHOTOS);
	const more = files.length - shown.length;
	return html`
		<div class="collage collage-${shown.length}" role="group" aria-label="${files.length} photos">
			${shown.map(
				(file, index) =>
					html`<${Photo}
						file=${file}
						open=${() => open(index)}
						more=${index === shown.length - 1 ? more : 0}
					/>`,
			)}
		</div>
	`;
}

/** A media part that is no photo. */
export function Media({ file }) {
	const player = { src: file.url, controls: true, preload: 'metadata' };
	switch (fileKind(file.mimeType)) {
		case 'video':
			return html`<video class="video" aria-label="Video ${file.fileName}" ...${player} />`;
		case 'recording':
			return html`<audio class="audio" aria-label="Recording ${file.fileName}" ...${player} />`;
		default:
			return html`<${FileCard} ...${file} />`;
	}
}
