/** A promise that is settled from outside, as n8n's own `createDeferredPromise` gives one. */
export interface Deferred<T> {
	promise: Promise<T>;
	resolve(value: T): void;
	reject(error: Error): void;
}

export function createDeferredPromise<T>(): Deferred<T> {
	const deferred = {} as Deferred<T>;
	deferred.promise = new Promise<T>((resolve, reject) =>
		Object.assign(deferred, { resolve, reject }),
	);
	return deferred;
}
