import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Access } from '../client.ts';
import { isOutcomeUnknown, RefusedError, RejectedError } from '../errors.ts';
import { deepEqual, type KubernetesObject, withoutNoise } from '../objects.ts';
import { redact } from '../redact.ts';
import { redactText } from '../redact-text.ts';
import type { Change } from './change.ts';

/** A file grows to this many bytes before it is set aside; this many are kept. */
const LARGEST = 5_000_000;
const KEPT = 3;

/** One write, as it is kept: what was done to what, how it ended, and what undoing it needs. Never a secret value. */
export interface JournalEntry {
  time: string;
  /** Who wrote. */
  actor: 'agent' | 'human';
  access: Access;
  context: string;
  apiVersion: string;
  kind: string;
  namespace: string | undefined;
  name: string | undefined;
  /** `refused` by the policy, `rejected` by the human, `failed` at the API server, `unknown` when it did not answer. */
  outcome: 'applied' | 'refused' | 'rejected' | 'failed' | 'unknown';
  /** The command that ran, for exec. */
  summary?: string;
  /** Why it did not happen. */
  reason?: string;
  /** What it looked like before; absent for what did not exist, and where it holds a secret value. */
  before?: KubernetesObject;
  /** Why it cannot be undone from this entry. */
  notUndoable?: string;
}

/** The file that a server writes when none is named. */
export function defaultJournal(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'mcp-k8s', 'journal.jsonl');
}

/** The entry of a change. A secret value is left out, and then the entry says that it cannot be undone. */
export function journalEntry(
  change: Change,
  actor: JournalEntry['actor'],
  outcome: JournalEntry['outcome'],
  reason?: string,
): JournalEntry {
  const { access, context, apiVersion, kind, namespace, name, before, summary } = change;
  const entry: JournalEntry = {
    time: new Date().toISOString(),
    actor,
    access,
    context,
    apiVersion,
    kind,
    namespace,
    name,
    outcome,
  };
  if (reason !== undefined) entry.reason = redactText(reason);
  if (summary !== undefined) entry.summary = redactText(summary);
  if (access === 'exec') return { ...entry, notUndoable: 'What a command did is not known.' };
  if (!before) return entry;
  if (!deepEqual(redact(before), withoutNoise(before))) {
    return { ...entry, notUndoable: 'It held secret values, which are never written here.' };
  }
  return { ...entry, before: withoutNoise(before) };
}

/** How a write ended that failed with this error. */
export function failedOutcome(error: unknown): JournalEntry['outcome'] {
  if (error instanceof RefusedError) return 'refused';
  if (error instanceof RejectedError) return 'rejected';
  return isOutcomeUnknown(error) ? 'unknown' : 'failed';
}

/** Appends entries to a file of JSON lines that only its owner can read. */
export class Journal {
  readonly #path: string;
  readonly #log: (message: string) => void;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string, log: (message: string) => void) {
    this.#path = path;
    this.#log = log;
  }

  /** Adds one line. A journal that cannot be written is reported, and never in the way of an answer. */
  add(entry: JournalEntry): Promise<void> {
    this.#last = this.#last
      .then(() => this.#append(entry))
      .catch((error: unknown) => this.#log(`The journal ${this.#path} cannot be written: ${String(error)}`));
    return this.#last;
  }

  async #append(entry: JournalEntry): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const size = await stat(this.#path).then(
      (found) => found.size,
      () => 0,
    );
    if (size > LARGEST) await this.#rotate();
    await appendFile(this.#path, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  }

  async #rotate(): Promise<void> {
    for (let index = KEPT - 1; index > 0; index -= 1) {
      const older = index === 1 ? this.#path : `${this.#path}.${index - 1}`;
      await rename(older, `${this.#path}.${index}`).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
  }
}
