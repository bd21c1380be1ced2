import { credentialCases } from './editor/credential';
import { exampleCases } from './editor/example';
import { examplePictureCases } from './editor/examplePictures';
import { findCases } from './editor/find';
import { formCases } from './editor/forms';
import { runCases } from './editor/run';
import { openScene, type Scene } from './editor/scene';
import { streamTriggerCases } from './editor/streamTrigger';
import { triggerCases } from './editor/trigger';

/** Installing n8n, if it is not there yet, and starting it once for all cases. */
const START_TIMEOUT_MS = 15 * 60_000;

describe('in the editor', () => {
	let scene: Scene;
	let assertions = 0;

	beforeAll(async () => {
		scene = await openScene();
	}, START_TIMEOUT_MS);
	afterEach(() => {
		assertions += expect.getState().assertionCalls;
	});
	afterAll(async () => {
		process.stderr.write(
			`editor: ${assertions} assertions, ${scene?.editor.shotCount} screenshots\n`,
		);
		await scene?.close();
	});

	describe('finding', () => findCases(() => scene));
	describe('credential', () => credentialCases(() => scene));
	describe('form', () => formCases(() => scene));
	describe('step', () => runCases(() => scene));
	describe('trigger', () => triggerCases(() => scene));
	describe('stream trigger', () => streamTriggerCases(() => scene));
	describe('example', () => exampleCases(() => scene));
	describe('picture of the example', () => examplePictureCases(() => scene));
});
