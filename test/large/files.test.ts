import { startSandbox, type Sandbox } from '../../sandbox';
import { credentialFor, runChert } from '../support/engine';
import {
	BINARY_MODES,
	makeFile,
	sha256AtSandbox,
	sha256OfBinary,
	type BinaryMode,
} from '../engine/files/files';

/** API section 3.17: the most that Chert takes. */
const LIMIT_BYTES = 104_857_600;

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.close());

const CASES: Array<{ sizeBytes: number; mode: BinaryMode }> = [100_000_000, LIMIT_BYTES].flatMap(
	(sizeBytes) => BINARY_MODES.map((mode) => ({ sizeBytes, mode })),
);

test.each(CASES)(
	'$sizeBytes bytes from a file $mode arrive and come back as they were',
	async ({ sizeBytes, mode }) => {
		const credential = credentialFor(sandbox);
		const file = await makeFile({ sizeBytes, mode, fileName: 'film.mp4', mimeType: 'video/mp4' });
		const sent = await runChert(
			{ resource: 'attachment', operation: 'upload' },
			{ credential, items: [{ binary: { data: file.binary } }] },
		);
		expect(sent.error).toBeUndefined();
		const { attachmentId } = sent.items[0].json;
		expect(await sha256AtSandbox(sandbox, attachmentId)).toBe(file.sha256);

		const fetched = await runChert(
			{ resource: 'attachment', operation: 'download', attachmentId },
			{ credential },
		);
		expect(fetched.items[0].json.sizeBytes).toBe(sizeBytes);
		expect(await sha256OfBinary(fetched.items[0].binary!.data)).toBe(file.sha256);
	},
);
