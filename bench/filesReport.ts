import { median } from './median';
import type { Transfer } from './transfers';

export type Who = 'Chert' | 'HTTP Request' | 'undici';

export interface Measurement {
	direction: 'upload' | 'download';
	sizeBytes: number;
	who: Who;
	/** One for each fresh process. */
	transfers: Transfer[];
}

/** What the node has to keep, whatever the size of the file. */
const MAX_BUFFERS_MIB = 16;
const MIN_TIMES_HTTP_REQUEST = 1.3;
const MIN_TIMES_UNDICI = 0.7;

const MIB = 1024 * 1024;

interface Row {
	direction: Measurement['direction'];
	megabytes: number;
	who: Who;
	/** megabytes per second in the middle run */
	speed: number;
	buffersMib: number;
	heldMib: number;
	rssMib: number;
}

/** Prints the table, and which goals are met. */
export function printReport(measurements: Measurement[]): void {
	const rows = measurements.map(toRow);
	console.table(
		rows.map(({ direction, megabytes, who, speed, heldMib, buffersMib, rssMib }) => ({
			transfer: direction,
			MB: megabytes,
			with: who,
			'MB/s': Math.round(speed),
			'Buffers held, MiB': Number(heldMib.toFixed(1)),
			'with garbage, MiB': Number(buffersMib.toFixed(1)),
			'RSS, MiB': Number(rssMib.toFixed(1)),
		})),
	);
	for (const direction of new Set(rows.map((row) => row.direction))) printGoals(direction, rows);
}

function toRow({ direction, sizeBytes, who, transfers }: Measurement): Row {
	const seconds = median(transfers.map(({ milliseconds }) => milliseconds)) / 1000;
	return {
		direction,
		megabytes: sizeBytes / 1e6,
		who,
		speed: sizeBytes / 1e6 / seconds,
		buffersMib: Math.max(...transfers.map(({ buffers }) => buffers)) / MIB,
		heldMib: Math.max(...transfers.map(({ held }) => held)) / MIB,
		rssMib: Math.max(...transfers.map(({ rss }) => rss)) / MIB,
	};
}

function printGoals(direction: Row['direction'], rows: Row[]): void {
	const own = rows.filter((row) => row.direction === direction && row.who === 'Chert');
	const largest = own.reduce((a, b) => (a.megabytes > b.megabytes ? a : b));
	const speedOf = (who: Who) =>
		rows.find((row) => row.direction === direction && row.who === who)?.speed ?? NaN;
	const buffers = Math.max(...own.map(({ buffersMib }) => buffersMib));
	const held = Math.max(...own.map(({ heldMib }) => heldMib));
	const timesHttp = largest.speed / speedOf('HTTP Request');
	const timesUndici = largest.speed / speedOf('undici');
	const verdict = (isMet: boolean) => (isMet ? 'met    ' : 'MISSED ');
	console.log(
		`${verdict(held < MAX_BUFFERS_MIB)} ${direction}: ${held.toFixed(1)} MiB of Buffers held at most; wanted less than ${MAX_BUFFERS_MIB}`,
	);
	console.log(
		`${verdict(buffers < MAX_BUFFERS_MIB)} ${direction}: ${buffers.toFixed(1)} MiB of Buffers at most with those that wait for the garbage collector; wanted less than ${MAX_BUFFERS_MIB}`,
	);
	console.log(
		`${verdict(timesHttp >= MIN_TIMES_HTTP_REQUEST)} ${direction}: ${timesHttp.toFixed(2)} times the speed of HTTP Request; wanted ${MIN_TIMES_HTTP_REQUEST}`,
	);
	console.log(
		`${verdict(timesUndici >= MIN_TIMES_UNDICI)} ${direction}: ${timesUndici.toFixed(2)} times the speed of undici; wanted ${MIN_TIMES_UNDICI}`,
	);
}
