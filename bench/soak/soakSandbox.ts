import { DEFAULT_SIGNING_SECRET, DEFAULT_TENANT } from '../../sandbox';
import { startServerProcess } from '../serverProcess';
import { RemoteControl } from './remoteControl';

/** A sandbox in its own process. */
export interface SoakSandbox {
	control: RemoteControl;
	/** Data of a credential for it. */
	credential: { signingSecret: string; tenant: string; baseUrl: string };
	close(): Promise<void>;
}

/** @param seed of the random faults */
export async function startSoakSandbox(seed: number): Promise<SoakSandbox> {
	const args = ['--seed', String(seed)];
	const { origin, close } = await startServerProcess('sandbox/main.ts', '/control/audit', args);
	return {
		control: new RemoteControl(origin),
		credential: {
			signingSecret: DEFAULT_SIGNING_SECRET,
			tenant: DEFAULT_TENANT,
			baseUrl: `${origin}/api/v1`,
		},
		close,
	};
}
