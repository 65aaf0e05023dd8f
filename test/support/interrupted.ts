/** Keeps this process running until the person presses Ctrl+C or somebody asks it to end. */
export function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Waiting for a signal alone does not keep it running.
  const awake = setInterval(() => {}, 2 ** 30);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  return promise.finally(() => clearInterval(awake));
}
