/** The worker's script; the build replaces this file with its bundled code. */
export const workerSource: string | URL = new URL('./worker.ts', import.meta.url);
