import { appendFile, chmod, mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Access } from '../apimachinery/access.ts';
import { isOutcomeUnknown, RefusedError, RejectedError } from '../apimachinery/errors.ts';
import { jsonText } from '../apimachinery/json.ts';
import { deepEqual, type KubernetesObject, withoutNoise } from '../apimachinery/objects.ts';
import { userFolder } from '../apimachinery/user-folders.ts';
import { redact } from '../text/redact.ts';
import { redactText } from '../text/redact-text.ts';
import { RedactedValues } from '../text/redacted-values.ts';
import type { Change } from './change.ts';

/** A file is rotated at this many bytes; this many are kept. */
const MAX_FILE_BYTES = 5_000_000;
const MAX_FILES = 3;
/** The maximum size of an object kept in an entry, in characters of JSON. */
const MAX_KEPT = 256_000;

/** Why a write cannot be undone from its entry. */
export type NotUndoable = 'secretValues' | 'tooLarge' | 'command' | 'contentsGone';

/**
 * How an attempt ended: `refused` by the policy, `rejected` by the user, `failed` at the API server or before,
 * `unknown` when it did not answer, `unchanged` when there was nothing to write.
 */
export const OUTCOMES = ['applied', 'unchanged', 'dryRun', 'refused', 'rejected', 'failed', 'unknown'] as const;

/** One attempt to write: what was done, how it ended, and what undoing it needs. Never a secret value. */
export interface JournalEntry {
  time: string;
  /** Who wrote. */
  actor: 'agent' | 'user';
  /** The client an agent wrote for: its authenticated identity where clients must prove it, else the name it claims. */
  caller?: string;
  access: Access;
  context: string;
  apiVersion: string;
  kind: string;
  /** The API server of the context. */
  server?: string | undefined;
  namespace: string | undefined;
  name: string | undefined;
  /** The subresource written, such as `scale`; by default the whole object. */
  subresource?: string | undefined;
  outcome: (typeof OUTCOMES)[number];
  /** Who approved it, for completed writes. */
  decision?: 'editor' | 'client' | 'nobody';
  /** The command that ran, for exec. */
  summary?: string;
  /** Why it did not happen. */
  reason?: string;
  /** The object before; absent if it did not exist. Secret values are redacted, in which case it cannot be undone. */
  before?: KubernetesObject;
  /** The object afterwards, actual or intended; absent if it is gone. Secret values are redacted. */
  after?: KubernetesObject;
  notUndoable?: NotUndoable;
}

/** The default journal file of a server. */
export function defaultJournal(env: NodeJS.ProcessEnv = process.env): string {
  return join(userFolder('state', env), 'journal.jsonl');
}

/** The entry for a change: redacted, and without objects too large to keep. */
export function journalEntry(
  change: Change,
  actor: JournalEntry['actor'],
  outcome: JournalEntry['outcome'],
  reason?: string,
): JournalEntry {
  const { access, context, server, apiVersion, kind, namespace, name, subresource, before, after, summary } = change;
  const entry: JournalEntry = {
    time: new Date().toISOString(),
    actor,
    access,
    context,
    server,
    apiVersion,
    kind,
    namespace,
    name,
    outcome,
  };
  if (subresource !== undefined) entry.subresource = subresource;
  if (reason !== undefined) entry.reason = keptText(reason, change);
  if (summary !== undefined) entry.summary = keptText(summary, change);
  const kept = { before: before && redact(before), after: after && redact(after, before) };
  if (isSmall(kept.before)) entry.before = kept.before;
  if (isSmall(kept.after)) entry.after = kept.after;
  const notUndoable = whyNotUndoable(change, entry);
  return notUndoable ? { ...entry, notUndoable } : entry;
}

/** What was said of a change: a refusal may repeat what its objects hide. */
function keptText(text: string, { before, after, tried, parent }: Change): string {
  const values = new RedactedValues();
  for (const object of [before, after, tried, parent]) if (object) values.add(object, true);
  return values.hide(redactText(text));
}

function whyNotUndoable(
  { access, kind, before, consequences = [] }: Change,
  entry: JournalEntry,
): NotUndoable | undefined {
  // Only another command can undo a command.
  if (access === 'exec' || entry.summary !== undefined) return 'command';
  if (!before) return undefined;
  if (!entry.before) return 'tooLarge';
  if (!deepEqual(entry.before, withoutNoise(before))) return 'secretValues';
  if (access !== 'delete') return undefined;
  // Their contents are deleted with them.
  const isEmptied = ['Namespace', 'CustomResourceDefinition'].includes(kind);
  return isEmptied || consequences.some((one) => one.kind === 'volumeGoes') ? 'contentsGone' : undefined;
}

function isSmall(object: KubernetesObject | undefined): object is KubernetesObject {
  return object !== undefined && jsonText(object).length <= MAX_KEPT;
}

/** The outcome of a write that failed with this error. */
export function failedOutcome(error: unknown): JournalEntry['outcome'] {
  if (error instanceof RefusedError) return 'refused';
  if (error instanceof RejectedError) return 'rejected';
  return isOutcomeUnknown(error) ? 'unknown' : 'failed';
}

/** The files of a journal, newest first. */
export function journalFiles(path: string): string[] {
  return Array.from({ length: MAX_FILES }, (_, index) => (index === 0 ? path : `${path}.${index}`));
}

const journals = new Map<string, Journal>();

/** The journal for this file, shared by all writers so that their lines never mix. */
export function journalAt(path: string, log: (message: string) => void): Journal {
  const journal = journals.get(path) ?? new Journal(path, log);
  journals.set(path, journal);
  return journal;
}

/** Appends entries to a JSON lines file that only its owner can read. */
export class Journal {
  readonly #path: string;
  readonly #log: (message: string) => void;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string, log: (message: string) => void) {
    this.#path = path;
    this.#log = log;
  }

  /** Adds one line. A failure to write is logged and never blocks an answer. */
  add(entry: object): Promise<void> {
    this.#last = this.#last
      .then(() => this.#append(entry))
      .catch((error: unknown) => this.#log(`The journal ${this.#path} cannot be written: ${String(error)}`));
    return this.#last;
  }

  async #append(entry: object): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const found = await stat(this.#path).catch(() => undefined);
    // The mode below applies to new files only. A device's mode is not ours to change.
    if (found?.isFile() && (found.mode & 0o077) !== 0) await chmod(this.#path, 0o600);
    if (found && found.size > MAX_FILE_BYTES) await this.#rotate();
    await appendFile(this.#path, `${jsonText(entry)}\n`, { mode: 0o600 });
  }

  async #rotate(): Promise<void> {
    const files = journalFiles(this.#path);
    for (let index = MAX_FILES - 1; index > 0; index -= 1) {
      await rename(files[index - 1] ?? '', files[index] ?? '').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
  }
}
