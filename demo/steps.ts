/** Seconds between two lines about a step that goes on, where no spinner can be shown. */
const HEARTBEAT_SECONDS = 10;

/** Shows what is being done and for how long: a spinner on a terminal, plain lines anywhere else. */
export class Steps {
	/**
	 * Runs one step.
	 * @param title what is done, such as `Starting n8n`
	 * @param work gets a function that tells what it is about at the moment; gives what the step is for
	 * @throws {Error} naming the step and the reason
	 */
	async run<T>(title: string, work: (tell: (detail: string) => void) => Promise<T>): Promise<T> {
		const { default: ora } = await import('ora');
		const spinner = ora({
			text: title,
			stream: process.stdout,
			// It would take Ctrl-C away from the process.
			discardStdin: false,
			// A terminal that knows no width, as containers may have it, would keep the spinner clearing lines for ever.
			isEnabled: process.stdout.isTTY && process.stdout.columns > 0,
		}).start();
		const started = Date.now();
		const seconds = () => Math.floor((Date.now() - started) / 1000);
		let detail = '';
		const line = () => `${title}${detail && `: ${detail}`}, ${seconds()} s`;
		const timer = setInterval(
			() => {
				if (spinner.isSpinning) spinner.text = line();
				else console.log(`  ${line()}`);
			},
			(spinner.isSpinning ? 1 : HEARTBEAT_SECONDS) * 1000,
		);
		try {
			const result = await work((text) => (detail = text));
			spinner.succeed(`${title} (${seconds()} s)`);
			return result;
		} catch (error) {
			spinner.fail(title);
			throw new Error(
				`${title} did not work.\n${error instanceof Error ? error.message : String(error)}`,
			);
		} finally {
			clearInterval(timer);
		}
	}
}
