/** A promise that its owner settles, like the one of n8n's `createDeferredPromise`. */
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
