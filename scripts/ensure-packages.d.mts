import type { ChildProcess, SpawnOptions } from 'node:child_process';

export const ROOT: string;
export function requireNode(): void;
export function missingPackages(folder: string): string[];
export function ensurePackages(
	folder: string,
	options?: { label?: string; args?: string[]; log?: (line: string) => void },
): Promise<boolean>;
export function spawnNpm(args: string[], options: SpawnOptions): ChildProcess;
