import { withProgress } from '../scripts/installer';

/**
 * Runs one step of the start and shows its progress: a spinner on a terminal, plain lines anywhere else.
 * @param title e.g. `Starting n8n`
 * @throws {Error} naming the step and the reason
 */
export async function runStep<T>(title: string, task: () => Promise<T>): Promise<T> {
	const { default: ora } = await import('ora');
	// In a container, a terminal may have no width; the spinner would then clear lines forever.
	const isTerminal = process.stdout.isTTY && process.stdout.columns > 0;
	// Without discardStdin ora intercepts Ctrl-C.
	const spinner = isTerminal
		? ora({ text: title, stream: process.stdout, discardStdin: false }).start()
		: undefined;
	const log = (line: string) => {
		if (spinner) spinner.text = line;
		else console.log(line);
	};
	try {
		const result = await withProgress(title, task, log);
		spinner?.succeed();
		return result;
	} catch (error) {
		spinner?.fail(title);
		const reason = error instanceof Error ? error.message : String(error);
		throw new Error(`${title} failed.\n${reason}`);
	}
}
