import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

/** How many tests passed, and the titles of those that failed, each with the first line of its error. */
export interface Score {
  passed: number;
  failed: string[];
}

/** What a list of failures says of an error. */
export function firstLine(message: string): string {
  return message.split('\n').find((line) => line.trim()) ?? '';
}

/** The score of several suites. */
export function total(scores: readonly Score[]): Score {
  return {
    passed: scores.reduce((sum, { passed }) => sum + passed, 0),
    failed: scores.flatMap(({ failed }) => failed),
  };
}

/**
 * Runs a script once per argument, in order, with one process per core. A script sends its score to its parent; one
 * that ends without a score counts as failed. Output is printed as it arrives, prefixed with the argument.
 */
export async function sideBySide(script: string, names: readonly string[], options: string[]): Promise<Score> {
  const scores: Score[] = [];
  const waiting = [...names];
  const worker = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      scores.push(await runAlone(script, name, options));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return total(scores);
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
  return { passed: 0, failed: [`${name}: ended with ${code} before its tests did`] };
}
