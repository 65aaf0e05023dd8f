/** Long enough to be interrupted often by whatever else is busy, in milliseconds of processor time. */
const SAMPLE_MS = 100;

/** How many times longer something takes now than on a machine that does nothing else; at least 1. */
export function slowdown(): number {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  let spent = 0;
  while (spent < SAMPLE_MS) {
    const { user, system } = process.cpuUsage(used);
    spent = (user + system) / 1_000;
  }
  return Math.max(1, (performance.now() - begin) / spent);
}

/** What took this long, in milliseconds, as a quiet machine would have taken. */
export function unhurried(took: number): number {
  return took / slowdown();
}
