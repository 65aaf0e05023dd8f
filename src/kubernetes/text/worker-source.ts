/** What the worker runs; in a bundle its code, which the build puts in the place of this file. */
export const workerSource: string | URL = new URL('./worker.ts', import.meta.url);
