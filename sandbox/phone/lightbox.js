import { byId } from './dom.js';

/**
 * Photos in large, one at a time. Escape and the way back of the focus are the dialog's own.
 *
 * @returns {(files: object[], index: number) => void} opens one of the photos of a message
 */
export function createLightbox() {
	const dialog = byId('lightbox');
	const image = byId('lightbox-image');
	const [previous, next] = [byId('lightbox-previous'), byId('lightbox-next')];
	let files = [];
	let at = 0;

	function show(index) {
		at = (index + files.length) % files.length;
		const { url, fileName } = files[at];
		image.src = url;
		image.alt = fileName;
		byId('lightbox-caption').textContent =
			files.length > 1 ? `${fileName} (${at + 1} of ${files.length})` : fileName;
		Object.assign(byId('lightbox-save'), { href: url, download: fileName });
		previous.hidden = next.hidden = files.length < 2;
	}

	previous.addEventListener('click', () => show(at - 1));
	next.addEventListener('click', () => show(at + 1));
	byId('lightbox-close').addEventListener('click', () => dialog.close());
	dialog.addEventListener('keydown', ({ key }) => {
		if (key === 'ArrowLeft') show(at - 1);
		if (key === 'ArrowRight') show(at + 1);
	});
	dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());

	return (wanted, index) => {
		files = wanted;
		show(index);
		dialog.showModal();
	};
}
