import type { ChildProcess, SpawnOptions } from 'node:child_process';

type Log = (line: string) => void;

export const ROOT: string;
export function requireNode(): void;
export function ensurePackages(
	folder: string,
	options?: { label?: string; log?: Log },
): Promise<void>;
export function installPackages(folder: string): Promise<void>;
export function runNpm(args: string[], folder: string, env?: NodeJS.ProcessEnv): Promise<void>;
export function spawnNpm(args: string[], options: SpawnOptions): ChildProcess;
export function withProgress<T>(title: string, task: () => Promise<T>, log?: Log): Promise<T>;
