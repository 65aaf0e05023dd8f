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

/** The arguments of a run of a script, by its name. */
export type Runs = Record<string, readonly string[]>;

/**
 * Starts the runs of a script in order, each in its own process. It sends its score to its parent; one that ends
 * without a score counts as failed. Output is printed as it arrives, prefixed with the name.
 */
export async function sideBySide(script: string, runs: Runs, options: readonly string[]): Promise<Score> {
  const scores: Score[] = [];
  const waiting = Object.entries(runs);
  const worker = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      const [name, args] = run;
      scores.push(await runAlone(script, name, [...args, ...options]));
    }
  };
  // One more than cores: tests often wait.
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
  return total(scores);
}

async function runAlone(script: string, name: string, args: readonly string[]): Promise<Score> {
  const child = fork(script, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
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
