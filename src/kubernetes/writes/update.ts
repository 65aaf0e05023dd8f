import { pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { isApiError, UserError } from '../apimachinery/errors.ts';
import {
  type FieldConflict,
  fieldConflicts,
  isOwnManager,
  MANIFEST_MANAGER,
  mayTakeOver,
  withOwnedFields,
} from '../apimachinery/field-ownership.ts';
import { fieldSelector } from '../apimachinery/field-selector.ts';
import { APPLY_TYPE } from '../apimachinery/media-types.ts';
import {
  deepEqual,
  isObject,
  type JsonObject,
  type KubernetesList,
  type KubernetesObject,
  LAST_APPLIED,
} from '../apimachinery/objects.ts';
import { comparable, objectDiff } from '../text/diff.ts';
import { restoreRedacted } from '../text/redact.ts';
import { keptNotes, removesByNull, withoutNulls } from './nulls.ts';
import { patchWith } from './patch.ts';
import {
  type Outcome,
  ownedByOthers,
  plan,
  type Submission,
  type Update,
  type Write,
  withFreshObject,
} from './planned-update.ts';
import { hasRenumberedPorts, withPorts } from './service-ports.ts';
import { describeTarget, type Target, withoutReport } from './target.ts';

/** Makes the object exactly what was submitted; what had been stripped or redacted is restored from the live object. */
export async function replaceObject(
  update: Update,
  live: KubernetesObject,
  submitted: KubernetesObject,
): Promise<Outcome> {
  const version = String(submitted.metadata?.resourceVersion);
  return withFreshObject(update, live, async (current) => {
    const desired = (content: KubernetesObject) => withHiddenParts(restoreRedacted(content, current), current);
    // A misplaced marker is wrong in any version.
    desired(submitted);
    const resourceVersion = await freshVersion(update, current, version);
    const write = (content: KubernetesObject): Write => {
      const object = desired(content);
      return { method: 'PUT', body: { ...object, metadata: { ...object.metadata, resourceVersion } } };
    };
    return plan(update, current, { content: submitted, given: submitted, write });
  });
}

/**
 * Sets the submitted fields by server-side apply and leaves all others alone; those of a whole manifest become exactly
 * what such manifests set. A null removes the field, which an apply can only do to what its manager set: single fields
 * are then sent as a patch, and of a whole manifest the answer says what stays.
 */
export async function applyFields(
  update: Update,
  live: KubernetesObject,
  submitted: KubernetesObject,
  as: 'fields' | 'manifest' = 'fields',
): Promise<Outcome> {
  if (as === 'fields' && removesByNull(submitted, live))
    return patchWith(update, live, (current) => withoutNulls(withoutBookkeeping(submitted), current), undefined);
  return withFreshObject(update, live, async (current) => {
    const { uid, resourceVersion } = current.metadata ?? {};
    const meant = as === 'fields' ? withoutNulls : (object: KubernetesObject) => object;
    const given = (content: KubernetesObject) => meant(withoutBookkeeping(restoreRedacted(content, current)), current);
    const submission = (write: (object: KubernetesObject) => Write): Submission<KubernetesObject> => ({
      content: submitted,
      given: submitted,
      write: (content) => write(given(content)),
    });
    // With the resourceVersion that was read, an apply cannot re-create an object deleted meanwhile.
    const versioned = (object: KubernetesObject) => ({
      ...object,
      metadata: { ...object.metadata, uid, resourceVersion },
    });
    if (isRenumbered(update.target, given(submitted), current)) {
      const replacement = submission((object) => ({ method: 'PUT', body: versioned(withPorts(object, current)) }));
      return plan(update, current, replacement);
    }
    const apply = (force: boolean) =>
      submission((object) => {
        if (as === 'manifest') return applyWrite(versioned(object), force);
        const body = versioned(withOwnedFields(object, current));
        return { method: 'PATCH', body, contentType: APPLY_TYPE, query: { force } };
      });
    const send = async (force: boolean, notes: string[] = []) => {
      const outcome = await plan(update, current, apply(force), { notes });
      const { before, after = before } = outcome;
      const kept = as === 'manifest' ? keptNotes(submitted, before, after) : [];
      return { ...outcome, notes: [...outcome.notes, ...kept] };
    };
    if (update.force) return send(true);
    try {
      return await send(false);
    } catch (error) {
      if (!isApiError(error, 409)) throw error;
      const conflicts = fieldConflicts(error.causes);
      if (conflicts.length === 0) throw error;
      const foreign = conflicts.filter(({ manager }) => !mayTakeOver(manager));
      if (foreign.length > 0)
        throw ownedByOthers(
          update.target,
          foreign.map(({ field, manager }) => `${field} (owned by ${manager})`),
          foreign.map(({ manager }) => manager),
        );
      return send(true, takeOverNotes(conflicts));
    }
  });
}

/** The server-side apply of a whole manifest. */
export function applyWrite(body: KubernetesObject, force: boolean): Write {
  return { method: 'PATCH', body, contentType: APPLY_TYPE, query: { force, fieldManager: MANIFEST_MANAGER } };
}

// Apply identifies Service ports by number, so a new number would add a second port of the same name.
function isRenumbered({ resource }: Target, given: KubernetesObject, live: KubernetesObject): boolean {
  return resourceNameOf(resource) === 'services' && hasRenumberedPorts(given, live);
}

function takeOverNotes(conflicts: readonly FieldConflict[]): string[] {
  const others = conflicts.filter(({ manager }) => !isOwnManager(manager));
  const managers = [...new Set(others.map(({ manager }) => manager))].join(', ');
  return others.length === 0
    ? []
    : [`Taken over from ${managers}: ${[...new Set(others.map(({ field }) => field))].join(', ')}`];
}

/** The version to replace: the live one when only the status changed. @throws UserError with a diff otherwise. */
async function freshVersion(update: Update, live: KubernetesObject, submittedVersion: string): Promise<string> {
  const liveVersion = String(live.metadata?.resourceVersion);
  if (submittedVersion === liveVersion) return liveVersion;
  const base = await objectAt(update, submittedVersion);
  const relevant = (object: KubernetesObject) => withoutReport(update.target, object);
  if (base && deepEqual(comparable(relevant(base)), comparable(relevant(live)))) return liveVersion;
  const what = describeTarget(update.target);
  const changes = base ? `\nWhat changed since:\n${objectDiff(relevant(base), relevant(live)).trimEnd()}` : '';
  throw new UserError(
    `${what} has changed since it was read (resourceVersion ${submittedVersion}, now ${liveVersion}) and was left alone. Read it again and repeat the change.${changes}`,
  );
}

// The API server keeps old versions for a few minutes, and serves them only in lists.
async function objectAt(
  { target, name, writer }: Update,
  resourceVersion: string,
): Promise<KubernetesObject | undefined> {
  const {
    connection: { client },
    signal,
  } = writer;
  const named = { fieldSelector: fieldSelector({ 'metadata.name': name }) };
  try {
    const list = await client.json<KubernetesList>({
      path: pathOf(target.resource, target.namespace),
      query: { ...named, resourceVersion, resourceVersionMatch: 'Exact', limit: 1 },
      signal,
    });
    const item = list.items?.[0];
    return item && { apiVersion: target.object.apiVersion, kind: target.resource.kind, ...item };
  } catch {
    return undefined;
  }
}

/** The submitted object, without its nulls, and with what readers are not shown restored from the live object. */
export function withHiddenParts(submitted: KubernetesObject, live: KubernetesObject): KubernetesObject {
  const applied = live.metadata?.annotations?.[LAST_APPLIED];
  const own = withoutNulls(withoutBookkeeping(submitted));
  if (applied === undefined) return own;
  const annotations: JsonObject & Record<string, string> = { ...own.metadata?.annotations, [LAST_APPLIED]: applied };
  return { ...own, metadata: { ...own.metadata, annotations } };
}

/** A manifest without the records of who set what: `managedFields`, and what `kubectl apply` wrote last. */
export function withoutBookkeeping(submitted: KubernetesObject): KubernetesObject {
  const { managedFields: _, annotations, ...metadata } = submitted.metadata ?? {};
  if (!isObject(annotations))
    return { ...submitted, metadata: annotations === undefined ? metadata : { ...metadata, annotations } };
  const { [LAST_APPLIED]: _applied, ...rest } = annotations;
  return { ...submitted, metadata: { ...metadata, annotations: rest } };
}
