import { isDeepStrictEqual } from 'node:util';

import { until } from '../../../hosts/ready';
import type { Scene } from './scene';

/** The credential's dialog: what its reader is told, and that it leads to a credential that works. */
export function credentialCases(scene: () => Scene): void {
	const page = () => scene().editor.page;
	const dialog = () => page().getByTestId('credential-edit-dialog');
	const typed: Record<string, string> = {};

	async function field(name: string, value: string): Promise<void> {
		typed[name] = value;
		await dialog().getByTestId(`parameter-input-${name}`).locator('input').fill(value);
	}

	/**
	 * Saves what was typed. The editor takes up typed text after a moment: until then its button says "Saved" and does
	 * nothing, or saves the text from before and then offers to save again.
	 */
	async function save(): Promise<void> {
		const isTyped = async () => {
			const saving = page().waitForRequest(
				(request) =>
					/\/rest\/credentials(\/\w+)?$/.test(request.url()) && request.method() !== 'GET',
			);
			await page().getByTestId('credential-save-button').getByRole('button').click();
			const { data } = (await saving).postDataJSON() as { data: Record<string, string> };
			return isDeepStrictEqual({ ...data, ...typed }, data);
		};
		await until(isTyped, { what: 'Saving what was typed', timeoutMs: 20_000 });
	}

	const failure = () =>
		dialog().getByText('Couldn’t connect with these settings').filter({ visible: true });

	/** Saves, which tests the connection; gives what the dialog says when that fails. */
	async function refusal(): Promise<string> {
		const isTested = page().waitForResponse((response) =>
			response.url().endsWith('/rest/credentials/test'),
		);
		await save();
		await isTested;
		await failure().waitFor();
		const details = dialog().getByText('More details');
		if (await details.isVisible()) await details.click();
		return await dialog().innerText();
	}

	it('opens from a node without one, with a note on where to find the secret', async () => {
		const { editor } = scene();
		await scene().openChert({}, { hasCredential: false });
		await page().getByTestId('node-credentials-select').click();
		await page().getByTestId('node-credentials-select-item-new').click();
		await dialog().waitFor();
		await editor.shoot('credential-new');
		const text = await dialog().innerText();
		expect(text).toMatch(/Chert console and open the API keys page/);
		const order = ['Authentication', 'Signing Secret', 'Tenant', 'Base URL'].map((label) =>
			text.indexOf(label),
		);
		expect(order).toEqual([...order].sort((a, b) => a - b));
		expect(order.every((position) => position >= 0)).toBe(true);
	});

	it('says what is wrong with a wrong secret', async () => {
		await field('signingSecret', 'f'.repeat(32));
		await field('baseUrl', scene().sandbox.apiUrl);
		expect(await refusal()).toContain('Chert did not accept the credential: check Signing Secret');
		await scene().editor.shoot('credential-wrong-secret');
	});

	it('asks for the tenant of signed requests', async () => {
		await field('signingSecret', scene().sandbox.signingSecret);
		await scene().editor.choose('authentication', 'Signed Requests (HMAC)');
		expect(await refusal()).toContain(
			'Tenant is empty in the Chert API credential: signed requests (HMAC) need the tenant slug',
		);
		await scene().editor.shoot('credential-no-tenant');
	});

	it('says when the address is not that of the API', async () => {
		await field('tenant', scene().sandbox.tenant);
		await field('baseUrl', scene().files.url);
		expect(await refusal()).toContain('check Tenant, and check that Base URL ends in /api/v1');
	});

	it('is tested with success once all is right, and the node uses it', async () => {
		await field('baseUrl', scene().sandbox.apiUrl);
		await save();
		// A new credential that works closes its dialog.
		await dialog().waitFor({ state: 'detached' });
		await expect(
			page().getByTestId('node-credentials-select').locator('input').inputValue(),
		).resolves.toMatch(/^Chert account \d/);

		await page().getByTestId('credential-edit-button').click();
		await dialog().getByText('Connection tested successfully').filter({ visible: true }).waitFor();
		expect(await failure().count()).toBe(0);
		await scene().editor.picture('credential');
		await page().keyboard.press('Escape');
		await dialog().waitFor({ state: 'detached' });
	});
}
