import { parentPort } from 'node:worker_threads';
import { messageOf, UserError } from '../apimachinery/errors.ts';
import { LimitError } from '../apimachinery/limits.ts';
import { jobs } from './jobs.ts';
import type { Job, Outcome } from './off-loop.ts';

// One job at a time: the sender waits for the outcome.
parentPort?.on('message', ({ name, args }: Job) => parentPort?.postMessage(outcomeOf(name, args)));
parentPort?.postMessage('ready');

function outcomeOf(name: Job['name'], args: Job['args']): Outcome {
  try {
    return { value: (jobs[name] as (...args: readonly unknown[]) => unknown)(...args) };
  } catch (error) {
    const kind = error instanceof LimitError ? 'limit' : error instanceof UserError ? 'user' : 'other';
    return { error: { kind, message: messageOf(error) } };
  }
}
