/** Long enough to be interrupted often on a busy machine, in milliseconds of processor time. */
const SAMPLE_MS = 100;

/** How many times slower this machine is now than when idle; at least 1. */
export function slowdown(): number {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  let spent = 0;
  while (spent < SAMPLE_MS) {
    const { user, system } = process.cpuUsage(used);
    spent = (user + system) / 1_000;
  }
  return Math.max(1, (performance.now() - begin) / spent);
}

/** Converts a measured duration to that of an idle machine. */
export function unhurried(took: number): number {
  return took / slowdown();
}
