import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for every program (`sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100;

/**
 * Processor time that the processes of one n8n have used, in seconds: it hardly depends on what else the machine does.
 *
 * @param home N8N_USER_FOLDER, which all of them have in their environment
 */
export function cpuSecondsOf(home: string): number {
	let ticks = 0;
	for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
		try {
			if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`N8N_USER_FOLDER=${home}\0`))
				continue;
			// Behind the name, which may hold anything, utime and stime are fields 14 and 15.
			const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
			ticks += Number(fields[11]) + Number(fields[12]);
		} catch {
			// It ended while we looked, or is not ours to look at.
		}
	}
	return ticks / TICKS_PER_SECOND;
}
