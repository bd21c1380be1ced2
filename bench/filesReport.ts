import { median } from './median';
import type { Transfer } from './transfers';

export type Client = 'Chert' | 'HTTP Request' | 'undici';

export interface Measurement {
	direction: 'upload' | 'download';
	sizeBytes: number;
	client: Client;
	/** One per process. */
	transfers: Transfer[];
}

/** Goals for the largest file. */
const MAX_BUFFERS_MIB = 16;
const MIN_TIMES_HTTP_REQUEST = 1.3;
const MIN_TIMES_UNDICI = 0.7;

const MIB = 1024 * 1024;

interface Row {
	direction: Measurement['direction'];
	megabytes: number;
	client: Client;
	/** Median, in megabytes per second. */
	speed: number;
	buffersMib: number;
	heldMib: number;
	rssMib: number;
}

/** Prints the table and the goals. */
export function printReport(measurements: Measurement[]): void {
	const rows = measurements.map(toRow);
	console.table(
		rows.map(({ direction, megabytes, client, speed, heldMib, buffersMib, rssMib }) => ({
			transfer: direction,
			MB: megabytes,
			with: client,
			'MB/s': Math.round(speed),
			'Buffers in use, MiB': Number(heldMib.toFixed(1)),
			'with garbage, MiB': Number(buffersMib.toFixed(1)),
			'RSS, MiB': Number(rssMib.toFixed(1)),
		})),
	);
	for (const direction of new Set(rows.map((row) => row.direction))) printGoals(direction, rows);
}

function toRow({ direction, sizeBytes, client, transfers }: Measurement): Row {
	const seconds = median(transfers.map(({ milliseconds }) => milliseconds)) / 1000;
	return {
		direction,
		megabytes: sizeBytes / 1e6,
		client,
		speed: sizeBytes / 1e6 / seconds,
		buffersMib: Math.max(...transfers.map(({ buffers }) => buffers)) / MIB,
		heldMib: Math.max(...transfers.map(({ held }) => held)) / MIB,
		rssMib: Math.max(...transfers.map(({ rss }) => rss)) / MIB,
	};
}

function printGoals(direction: Row['direction'], rows: Row[]): void {
	const own = rows.filter((row) => row.direction === direction && row.client === 'Chert');
	const largest = own.reduce((a, b) => (a.megabytes > b.megabytes ? a : b));
	const speedOf = (client: Client) =>
		rows.find((row) => row.direction === direction && row.client === client)?.speed ?? NaN;
	const buffers = Math.max(...own.map(({ buffersMib }) => buffersMib));
	const held = Math.max(...own.map(({ heldMib }) => heldMib));
	const timesHttp = largest.speed / speedOf('HTTP Request');
	const timesUndici = largest.speed / speedOf('undici');
	const printGoal = (text: string, isMet: boolean) =>
		console.log(`${isMet ? 'met    ' : 'NOT met'}  ${direction}: ${text}`);
	printGoal(
		`${held.toFixed(1)} MiB of Buffers in use (goal: less than ${MAX_BUFFERS_MIB})`,
		held < MAX_BUFFERS_MIB,
	);
	printGoal(
		`${buffers.toFixed(1)} MiB of Buffers with garbage (goal: less than ${MAX_BUFFERS_MIB})`,
		buffers < MAX_BUFFERS_MIB,
	);
	printGoal(
		`${timesHttp.toFixed(2)} times the speed of HTTP Request (goal: ${MIN_TIMES_HTTP_REQUEST})`,
		timesHttp >= MIN_TIMES_HTTP_REQUEST,
	);
	printGoal(
		`${timesUndici.toFixed(2)} times the speed of undici (goal: ${MIN_TIMES_UNDICI})`,
		timesUndici >= MIN_TIMES_UNDICI,
	);
}
