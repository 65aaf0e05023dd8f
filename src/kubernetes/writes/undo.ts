import type { WriteAccess } from '../apimachinery/access.ts';
import { messageOf, UserError } from '../apimachinery/errors.ts';
import { jsonText } from '../apimachinery/json.ts';
import type { JsonObject, KubernetesObject } from '../apimachinery/objects.ts';
import { locate } from '../client/read-object.ts';
import { Creation } from './creation.ts';
import { deleteObject } from './deletion.ts';
import type { JournalEntry } from './journal.ts';
import { mergePatch } from './merge-patch.ts';
import { CreationError } from './object-problems.ts';
import { patchWith } from './patch.ts';
import { readLive } from './planned-update.ts';
import { type Recreation, recreationOf, withoutAddresses } from './recreation.ts';
import { targetOf } from './target.ts';
import type { Writer } from './writer.ts';

/** Undoing is a write too. */
export type UndoingAccess = Exclude<WriteAccess, 'exec'>;

const UNDOABLE_SUBRESOURCES = ['scale', 'resize'];

/** The kind of write that undoes an entry; undefined where there is nothing to undo, or no way to. */
export function undoingAccess({ access, outcome, name, ...entry }: JournalEntry): UndoingAccess | undefined {
  if (!['applied', 'unknown'].includes(outcome) || entry.notUndoable || name === undefined) return undefined;
  // A status belongs to its controller, and a decision about a certificate is final.
  if (entry.subresource !== undefined && !UNDOABLE_SUBRESOURCES.includes(entry.subresource)) return undefined;
  if (access === 'create') return 'delete';
  if (!entry.before) return undefined;
  return access === 'delete' ? 'create' : access === 'update' ? 'update' : undefined;
}

/** What was written, as far as undoing it needs that. */
export type Written = Pick<
  JournalEntry,
  'access' | 'apiVersion' | 'kind' | 'namespace' | 'name' | 'subresource' | 'before' | 'after'
>;

/**
 * Undoes what an entry wrote, and nothing written since: the review shows what else would change. Resolves with false
 * when all of it is already undone. @throws UserError where it cannot be undone.
 */
export async function undo(entry: Written, writer: Writer): Promise<boolean> {
  const { access, before, after, name } = entry;
  if (access === 'create' && name !== undefined) {
    await undoCreation({ ...entry, name }, writer);
    return true;
  }
  if (access === 'delete' && before) {
    await undoDeletion(before, writer);
    return true;
  }
  if (access !== 'update' || !before || name === undefined)
    throw new UserError('This entry does not say how to undo it.');
  const named = { apiVersion: entry.apiVersion, kind: entry.kind, metadata: { name } };
  const target = await targetOf(named, entry.namespace, writer.connection);
  // Scaling is journaled under the object it wrote: the scale.
  const isScale = before.kind === 'Scale' && entry.kind !== 'Scale';
  const subresource = { subresource: entry.subresource ?? (isScale ? 'scale' : undefined) };
  // The values are those of the cluster, which the caller need not know.
  const own = { isOwn: true as const, submitted: {} };
  const update = { target, name, ...subresource, dryRun: false, force: true, writer, ...own };
  const live = await readLive(update);
  const patchOf = (current: KubernetesObject) => mergePatch(ownPart(after ?? current), ownPart(before));
  const outcome = await patchWith(update, live, patchOf, 'merge');
  return outcome.after !== undefined;
}

async function undoCreation(entry: Written & { name: string }, writer: Writer): Promise<void> {
  const { kind, apiVersion, namespace, name, after } = entry;
  const named = { kind, apiVersion, namespace, name };
  const { object } = await locate(writer.connection, named, writer.signal);
  const created = after?.metadata?.uid;
  if (created !== undefined && created !== object.metadata?.uid)
    throw new UserError(
      `What was created is gone, and another ${kind} "${name}" has taken its place. It was left alone.`,
    );
  await deleteObject(named, { propagationPolicy: 'Background', dryRun: false }, writer);
}

async function undoDeletion(before: KubernetesObject, writer: Writer): Promise<void> {
  const recreation = await recreationOf(before, writer);
  try {
    await create(recreation, writer);
  } catch (error) {
    if (before.kind !== 'Service' || !isTaken(error)) throw error;
    await create({ ...recreation, object: withoutAddresses(recreation.object) }, writer);
  }
}

async function create({ object, consequences }: Recreation, writer: Writer): Promise<void> {
  const creation = await Creation.of(jsonText(object), undefined, writer, consequences);
  await creation.validate();
  await creation.create();
}

// A dry run does not tell: the API server looks only when it allocates.
function isTaken(error: unknown): boolean {
  const reasons = error instanceof CreationError ? error.problems.map((problem) => messageOf(problem.error)) : [];
  return reasons.some((reason) => /provided (IP|port)(?: \([^)]*\))? is (already allocated|not in)/.test(reason));
}

/** The part of an object that users write. */
function ownPart({ apiVersion: _a, kind: _k, status: _s, metadata = {}, ...rest }: KubernetesObject): JsonObject {
  const { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = metadata;
  return { ...rest, metadata: { labels, annotations, finalizers, ownerReferences } };
}
