import { byId, icon } from './dom.js';

const hasFiles = (event) => Boolean(event.dataTransfer?.types.includes('Files'));

/**
 * The ways by which a file gets into a reply: the button, dropping it on the conversation, pasting it.
 *
 * @param {(files: File[]) => void} add
 * @param {HTMLElement} box where one may paste
 */
export function acceptFiles(add, box) {
	const input = byId('files');
	const attach = byId('attach');
	attach.append(icon('plus'));
	attach.addEventListener('click', () => input.click());
	input.addEventListener('change', () => {
		add([...input.files]);
		input.value = '';
	});
	box.addEventListener('paste', (event) => {
		if (event.clipboardData.files.length === 0) return;
		event.preventDefault();
		add([...event.clipboardData.files]);
	});

	const zone = byId('conversation');
	const hint = byId('drop');
	zone.addEventListener('dragover', (event) => (hint.hidden = !hasFiles(event)));
	zone.addEventListener('dragleave', (event) => {
		if (!zone.contains(event.relatedTarget)) hint.hidden = true;
	});
	zone.addEventListener('drop', (event) => {
		hint.hidden = true;
		if (hasFiles(event)) add([...event.dataTransfer.files]);
	});
	// A file that misses the conversation must not replace the page.
	for (const type of ['dragover', 'drop'])
		document.addEventListener(type, (event) => hasFiles(event) && event.preventDefault());
}
