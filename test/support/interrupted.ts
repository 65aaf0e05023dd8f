/** Keeps this process running until Ctrl+C or a termination request. */
export function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // A signal listener alone does not keep it running.
  const awake = setInterval(() => {}, 2 ** 30);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  return promise.finally(() => clearInterval(awake));
}
