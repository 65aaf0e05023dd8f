import { setTimeout as delay } from 'node:timers/promises';
import { pathOf } from '../apimachinery/api-resource.ts';
import { type ApiError, isApiError, UserError } from '../apimachinery/errors.ts';
import {
  FIELD_MANAGER,
  type FieldConflict,
  fieldConflicts,
  mayTakeOver,
  withOwnedFields,
} from '../apimachinery/field-ownership.ts';
import {
  deepEqual,
  isObject,
  type JsonObject,
  type KubernetesList,
  type KubernetesObject,
  LAST_APPLIED,
} from '../apimachinery/objects.ts';
import { notFoundError } from '../client/not-found.ts';
import { comparable, objectDiff } from '../text/diff.ts';
import { readValue } from '../text/reading.ts';
import { isRevealing, restoreRedacted } from '../text/redact.ts';
import type { Change } from './change.ts';
import { changeOf, describeTarget, type Target, targetPath, WRITE_QUERY, warningsOf, withoutReport } from './target.ts';
import type { Writer } from './writer.ts';

export const APPLY_TYPE = 'application/apply-patch+yaml';
const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;
/** How often an update is planned anew because the object changed under it, and the pause before the next try in milliseconds. */
const ATTEMPTS = 12;
const PAUSE = 20;

/** One update on its way. */
export interface Update {
  target: Target;
  name: string;
  /** What of the object is written, such as `scale`; all of it unless given. */
  subresource?: string;
  dryRun: boolean;
  force: boolean;
  writer: Writer;
  /** What the human has agreed to, for when it has to be planned again. */
  approved?: Change;
}

/** The object before and after; no `after` when there was nothing to change. */
export interface Outcome {
  before: KubernetesObject;
  after: KubernetesObject | undefined;
  notes: string[];
}

/** One request that writes. */
export interface Write {
  method: 'PUT' | 'PATCH';
  body: unknown;
  contentType?: string;
  query?: Record<string, string | boolean>;
}

/** The object as it is. @throws UserError with what exists instead: an update never creates. */
export async function readLive({ target, name, subresource, writer }: Update): Promise<KubernetesObject> {
  const {
    connection: { client },
    signal,
  } = writer;
  try {
    return await client.json<KubernetesObject>({ path: targetPath(target, name, subresource), signal });
  } catch (error) {
    if (!isApiError(error, 404)) throw error;
    const missing = await notFoundError(client, target.resource, target.namespace, name, signal);
    throw new UserError(`${missing.message} update_resource never creates; create_resource does.`);
  }
}

/** Makes the object exactly what was submitted; what had been stripped or redacted is put back from the live object. */
export async function replaceObject(
  update: Update,
  live: KubernetesObject,
  submitted: KubernetesObject,
): Promise<Outcome> {
  const version = String(submitted.metadata?.resourceVersion);
  return withFreshObject(update, live, async (current) => {
    const desired = withHiddenParts(restoreRedacted(submitted, current), current);
    const resourceVersion = await freshVersion(update, current, version);
    const body = { ...desired, metadata: { ...desired.metadata, resourceVersion } };
    return plan(update, current, { method: 'PUT', body }, [], submitted);
  });
}

/** Sets the submitted fields by server-side apply and leaves every other field as it is. */
export async function applyFields(
  update: Update,
  live: KubernetesObject,
  submitted: KubernetesObject,
): Promise<Outcome> {
  return withFreshObject(update, live, async (current) => {
    const given = restoreRedacted(submitted, current);
    const owned = withOwnedFields(given, current);
    // With the version of the object that was read, an apply cannot create one that was deleted meanwhile.
    const { uid, resourceVersion } = current.metadata ?? {};
    const body = { ...owned, metadata: { ...owned.metadata, uid, resourceVersion } };
    const apply = (force: boolean): Write => ({ method: 'PATCH', body, contentType: APPLY_TYPE, query: { force } });
    if (update.force) return plan(update, current, apply(true), [], submitted);
    try {
      return await plan(update, current, apply(false), [], submitted);
    } catch (error) {
      if (!isApiError(error, 409)) throw error;
      const conflicts = fieldConflicts(error.causes);
      if (conflicts.length === 0) throw error;
      const foreign = conflicts.filter(({ manager }) => !mayTakeOver(manager));
      if (foreign.length > 0) throw ownedByOthers(update.target, foreign);
      return plan(update, current, apply(true), takeOverNotes(conflicts), submitted);
    }
  });
}

function takeOverNotes(conflicts: readonly FieldConflict[]): string[] {
  const others = conflicts.filter(({ manager }) => manager !== FIELD_MANAGER);
  const managers = [...new Set(others.map(({ manager }) => manager))].join(', ');
  return others.length === 0 ? [] : [`Taken over from ${managers}: ${others.map(({ field }) => field).join(', ')}`];
}

/** Applies a merge, strategic merge or JSON patch. */
export async function patchObject(
  update: Update,
  live: KubernetesObject,
  patch: string,
  type: keyof typeof PATCH_TYPES,
): Promise<Outcome> {
  const content = await readValue(patch, 'The patch');
  if (type === 'json' || Array.isArray(content)) {
    if (!Array.isArray(content)) throw new UserError('A json patch is a list of operations, each with op and path.');
    const operations = content.map((operation) => restoreRedacted({ operation }, undefined).operation);
    return withFreshObject(update, live, (current) => {
      // With its version, what was looked at is what is patched.
      const version = { op: 'add', path: '/metadata/resourceVersion', value: current.metadata?.resourceVersion };
      return plan(
        update,
        current,
        { method: 'PATCH', body: [...operations, version], contentType: PATCH_TYPES.json },
        [],
        content,
      );
    });
  }
  if (!isObject(content)) throw new UserError('A patch is an object with the fields to change.');
  return withFreshObject(update, live, (current) => {
    const restored = restoreRedacted(content, current);
    const metadata = isObject(restored.metadata) ? restored.metadata : {};
    const body = { ...restored, metadata: { ...metadata, resourceVersion: current.metadata?.resourceVersion } };
    return plan(update, current, { method: 'PATCH', body, contentType: PATCH_TYPES[type] }, [], content);
  });
}

/** Dry run, comparison, and only then the write; `given` is what the caller sent. */
async function plan(
  update: Update,
  before: KubernetesObject,
  write: Write,
  notes: string[],
  given: unknown,
): Promise<Outcome> {
  const planned = await sendWrite(update, write, true);
  // Before anybody reads the result, and also of a dry run.
  if (isRevealing(before, planned.object, given))
    throw new UserError(
      `${describeTarget(update.target)} was not changed: a value that is redacted now would be readable afterwards. Secret values stay where they are; the human can move them.`,
    );
  if (deepEqual(comparable(before), comparable(planned.object)))
    return { before, after: undefined, notes: planned.warnings };
  if (update.dryRun) return { before, after: planned.object, notes: [...notes, ...planned.warnings] };
  const change = changeOf(update.target, update.writer.connection, 'update', { before, after: planned.object });
  // Agreed to is the change, not the version of the object: controllers write to its status while the human reads.
  if (!update.approved || !isSameChange(update.approved, change)) await update.writer.review([change]);
  update.approved = change;
  const done = await update.writer.write(
    change,
    () => sendWrite(update, write, false),
    ({ object }) => object,
  );
  return { before, after: done.object, notes: [...notes, ...done.warnings] };
}

function isSameChange(a: Change, b: Change): boolean {
  return deepEqual(reviewed(a), reviewed(b));
}

/** Both sides of a change, without a status that it leaves alone. */
function reviewed({ before, after }: Change): (KubernetesObject | undefined)[] {
  const changesStatus = !deepEqual(before?.status, after?.status);
  return [before, after].map((object) => {
    if (!object || changesStatus) return object && comparable(object);
    const { status: _, ...rest } = comparable(object);
    return rest;
  });
}

/** Sends one write, or a dry run of it, and collects the warnings. */
export async function sendWrite(
  { target, name, subresource, writer }: Pick<Update, 'target' | 'name' | 'subresource' | 'writer'>,
  { query, ...write }: Write,
  dryRun: boolean,
): Promise<{ object: KubernetesObject; warnings: string[] }> {
  const {
    connection: { client },
    signal,
  } = writer;
  const { body, headers } = await client.answer<KubernetesObject>({
    ...write,
    path: targetPath(target, name, subresource),
    query: { ...WRITE_QUERY, ...query, dryRun: dryRun ? 'All' : undefined },
    signal,
  });
  return { object: body, warnings: warningsOf(headers) };
}

// Controllers change objects all the time: what is still right is planned again on the newest object.
async function withFreshObject(
  update: Update,
  live: KubernetesObject,
  attempt: (current: KubernetesObject) => Promise<Outcome>,
): Promise<Outcome> {
  let current = live;
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      return await attempt(current);
    } catch (error) {
      if (!isApiError(error, 409) || !isVersionConflict(error) || left === 0) throw error;
      await delay(PAUSE * (ATTEMPTS - left), undefined, { signal: update.writer.signal });
      current = await readLive(update);
    }
  }
}

function isVersionConflict({ reason, causes }: ApiError): boolean {
  return reason === 'Conflict' && fieldConflicts(causes).length === 0;
}

function ownedByOthers(target: Target, conflicts: readonly FieldConflict[]): UserError {
  const list = conflicts.map(({ field, manager }) => `${field} (owned by ${manager})`).join(', ');
  return new UserError(
    `${describeTarget(target)} was not changed: ${list}. The owner would set it back or fight over it, so the change belongs at its source. force: true takes the field over all the same.`,
  );
}

/** The version to replace: the live one when only the status moved on. @throws UserError with a diff of what else changed. */
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

// The API server keeps old versions for some minutes, and shows them in lists only.
async function objectAt(
  { target, name, writer }: Update,
  resourceVersion: string,
): Promise<KubernetesObject | undefined> {
  const {
    connection: { client },
    signal,
  } = writer;
  try {
    const list = await client.json<KubernetesList>({
      path: pathOf(target.resource, target.namespace),
      query: { fieldSelector: `metadata.name=${name}`, resourceVersion, resourceVersionMatch: 'Exact', limit: 1 },
      signal,
    });
    const item = list.items?.[0];
    return item && { apiVersion: target.object.apiVersion, kind: target.resource.kind, ...item };
  } catch {
    return undefined;
  }
}

/** What was submitted with what readers are not shown put back from the live object. */
export function withHiddenParts(submitted: KubernetesObject, live: KubernetesObject): KubernetesObject {
  const applied = live.metadata?.annotations?.[LAST_APPLIED];
  const { managedFields: _, ...metadata } = submitted.metadata ?? {};
  if (applied === undefined) return { ...submitted, metadata };
  const annotations: JsonObject & Record<string, string> = { ...metadata.annotations, [LAST_APPLIED]: applied };
  return { ...submitted, metadata: { ...metadata, annotations } };
}
