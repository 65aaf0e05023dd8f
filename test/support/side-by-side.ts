import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

/** How many tests passed and failed. */
export interface Score {
  passed: number;
  failed: number;
}

/**
 * Runs a script once per argument, in order, with one process per core. A script sends its score to its parent; one
 * that ends without a score counts as failed. Output is printed as it arrives, prefixed with the argument.
 */
export async function sideBySide(script: string, names: readonly string[], options: string[]): Promise<Score> {
  const score: Score = { passed: 0, failed: 0 };
  const waiting = [...names];
  const worker = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      const { passed, failed } = await runAlone(script, name, options);
      score.passed += passed;
      score.failed += failed;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return score;
}

async function runAlone(script: string, name: string, options: string[]): Promise<Score> {
  const child = fork(script, [name, ...options], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let score: Score | undefined;
  child.on('message', (message: Score) => {
    score = message;
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => console.log(`${name} │ ${line}`));
  }
  const [code] = await once(child, 'close');
  if (score) return score;
  console.log(`${name} │ ended with ${code} before its tests did`);
  return { passed: 0, failed: 1 };
}
