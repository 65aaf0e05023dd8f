import { isApiError, RejectedError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { withoutServersMetadata } from '../apimachinery/servers-metadata.ts';
import type { Connection } from '../client/cluster.ts';
import { UnknownKindError } from '../client/kind-resolution.ts';
import { restoreRedacted } from '../text/redact.ts';
import { BatchReview, type Participant } from './batch-review.ts';
import type { Change } from './change.ts';
import { Creation } from './creation.ts';
import { editObject } from './edit.ts';
import { CreationError } from './object-problems.ts';
import { type Target, targetOf, targetPath } from './target.ts';
import type { Writer } from './writer.ts';

/** The outcome for one object of a manifest. */
export type ApplyOutcome = { state: 'created' | 'updated' | 'unchanged' } | { state: 'failed'; error: unknown };

/** Who writes, and how. */
export interface Requester {
  connection: Connection;
  signal: AbortSignal;
  /** @throws when this kind of access is not allowed. */
  writer(access: 'create' | 'update'): Promise<Writer>;
  /** Asks about all changes together. @throws RejectedError when the user says no. */
  review(changes: readonly Change[]): Promise<void>;
  /** Overwrite fields that others own. */
  force: boolean;
}

/**
 * Creates missing objects and sets the named fields of existing ones; what already matches is left alone. Everything is
 * dry-run first, and one failure stops all.
 * @throws RejectedError when the user says no.
 */
export async function applyObjects(
  objects: readonly KubernetesObject[],
  requester: Requester,
): Promise<ApplyOutcome[]> {
  const found = await Promise.all(objects.map((object) => existing(object, requester)));
  const fresh = objects.filter((_, index) => found[index] === undefined).map(asNew);
  const batch = new BatchReview((changes) => requester.review(changes));
  const work = [
    ...(fresh.length > 0 ? [create(fresh, requester, batch.join())] : []),
    ...found.flatMap((target) => (target ? [update(target, requester, batch.join())] : [])),
  ];
  const outcomes = await Promise.all(work);
  const created = fresh.length > 0 ? (outcomes.shift() ?? []) : [];
  return found.flatMap((target) => (target ? outcomes.shift() : created.splice(0, 1)) ?? []);
}

async function existing(object: KubernetesObject, { connection, signal }: Requester): Promise<Target | undefined> {
  let target: Target;
  try {
    target = await targetOf(object, undefined, connection);
  } catch (error) {
    // The same manifest may define the kind.
    if (error instanceof UnknownKindError) return undefined;
    throw error;
  }
  if (target.name === undefined) return undefined;
  try {
    await connection.client.send({ path: targetPath(target, target.name), signal });
    return target;
  } catch (error) {
    if (isApiError(error, 404)) return undefined;
    throw error;
  }
}

async function create(
  fresh: readonly KubernetesObject[],
  requester: Requester,
  participant: Participant,
): Promise<ApplyOutcome[]> {
  let creation: Creation | undefined;
  try {
    creation = Creation.ofObjects(fresh, participant.through(await requester.writer('create')));
    await creation.validate();
    await creation.create();
    return fresh.map(() => ({ state: 'created' }));
  } catch (error) {
    participant.leave(true);
    const reasons = error instanceof CreationError ? error.problems : [];
    return fresh.map((object) =>
      creation?.isCreated(object)
        ? { state: 'created' }
        : { state: 'failed', error: reasonFor(object, reasons, error) },
    );
  }
}

function reasonFor(object: KubernetesObject, reasons: CreationError['problems'], error: unknown): unknown {
  if (reasons.length === 0) return error;
  const own = reasons.find((reason) => reason.object === object);
  return own ? own.error : new RejectedError('It was not created, because another object of the text cannot be.');
}

async function update(target: Target, requester: Requester, participant: Participant): Promise<ApplyOutcome[]> {
  try {
    const writer = participant.through(await requester.writer('update'));
    const named = { ...target, name: String(target.name), object: withoutServersMetadata(target.object) };
    const { after } = await editObject({ target: named, force: requester.force, writer });
    participant.leave(false);
    return [{ state: after ? 'updated' : 'unchanged' }];
  } catch (error) {
    participant.leave(true);
    return [{ state: 'failed', error }];
  }
}

function asNew(object: KubernetesObject): KubernetesObject {
  const { status: _, ...rest } = withoutServersMetadata(object);
  return restoreRedacted(rest, undefined);
}
