import { defaultVariants, startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox';
import { Api } from './api';

/** One sandbox for a test file, with its API. Each test begins with an empty one. */
export function useSandbox(options: SandboxOptions = {}): { sandbox: Sandbox; api: Api } {
	const holder = {} as { sandbox: Sandbox; api: Api };
	beforeAll(async () => {
		holder.sandbox = await startSandbox(options);
		holder.api = new Api(holder.sandbox);
	});
	beforeEach(() => {
		holder.sandbox.control.reset();
		holder.sandbox.control.variants({ ...defaultVariants(), ...options.variants });
	});
	afterAll(async () => await holder.sandbox.close());
	return holder;
}
