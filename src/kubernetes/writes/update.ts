import { setTimeout as delay } from 'node:timers/promises';
import { isCustom, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { type ApiError, isApiError, RefusedError, UserError } from '../apimachinery/errors.ts';
import {
  FIELD_MANAGER,
  type FieldConflict,
  fieldConflicts,
  mayTakeOver,
  withOwnedFields,
} from '../apimachinery/field-ownership.ts';
import { jsonText } from '../apimachinery/json.ts';
import {
  deepEqual,
  isObject,
  type JsonObject,
  type KubernetesList,
  type KubernetesObject,
  LAST_APPLIED,
} from '../apimachinery/objects.ts';
import { textsOf } from '../apimachinery/texts.ts';
import { notFoundError } from '../client/not-found.ts';
import { comparable, objectDiff } from '../text/diff.ts';
import { readValue } from '../text/reading.ts';
import { hiddenValues, redact, restoreRedacted } from '../text/redact.ts';
import { RedactedValues } from '../text/redacted-values.ts';
import type { Change } from './change.ts';
import { droppedParts } from './dropped-parts.ts';
import { hasForgedOwners, lostFields, ownersAdvice, ownerText } from './field-owners.ts';
import { Guesses, mergePatch } from './guesses.ts';
import { patchShown } from './json-patch.ts';
import { hasRenumberedPorts, withPorts } from './service-ports.ts';
import { changeOf, describeTarget, type Target, targetPath, WRITE_QUERY, warningsOf, withoutReport } from './target.ts';
import type { Writer } from './writer.ts';

export const APPLY_TYPE = 'application/apply-patch+yaml';
export const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;
/** For what no reader is shown. */
const NOT_SHOWN = '<redacted>';
/** How often an update is planned anew because the object changed under it, and the pause before the next try in milliseconds. */
const ATTEMPTS = 12;
const PAUSE = 20;

/** One update on its way. */
export interface Update {
  target: Target;
  name: string;
  /** What of the object is written, such as `scale`; all of it unless given. */
  subresource?: string | undefined;
  /** The object that the subresource belongs to, where it is another one than is written. */
  parent?: KubernetesObject | undefined;
  dryRun: boolean;
  force: boolean;
  writer: Writer;
  /** What is written comes from the cluster or from here, and not from the caller. */
  isOwn?: true;
  /** What whoever writes gave, where the write is made of something else; the patch or manifest unless given. */
  submitted?: unknown;
  /** What the user has agreed to, for when it has to be planned again. */
  approved?: Change;
}

/** The object before and after; no `after` when there was nothing to change. */
export interface Outcome {
  before: KubernetesObject;
  after: KubernetesObject | undefined;
  notes: string[];
  /** What the caller named of the object, with markers for the redacted values that it left alone. */
  submitted?: unknown;
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
    const desired = (content: KubernetesObject) => withHiddenParts(restoreRedacted(content, current), current);
    // A marker in the wrong place is wrong in any version.
    desired(submitted);
    const resourceVersion = await freshVersion(update, current, version);
    const write = (content: KubernetesObject): Write => {
      const object = desired(content);
      return { method: 'PUT', body: { ...object, metadata: { ...object.metadata, resourceVersion } } };
    };
    return plan(update, current, { content: submitted, given: submitted, write });
  });
}

/** Sets the submitted fields by server-side apply and leaves every other field as it is. */
export async function applyFields(
  update: Update,
  live: KubernetesObject,
  submitted: KubernetesObject,
): Promise<Outcome> {
  return withFreshObject(update, live, async (current) => {
    const { uid, resourceVersion } = current.metadata ?? {};
    const given = (content: KubernetesObject) => withoutServersOwn(restoreRedacted(content, current));
    const submission = (write: (object: KubernetesObject) => Write): Submission<KubernetesObject> => ({
      content: submitted,
      given: submitted,
      write: (content) => write(given(content)),
    });
    // With the version of the object that was read, an apply cannot create one that was deleted meanwhile.
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
        const body = versioned(withOwnedFields(object, current));
        return { method: 'PATCH', body, contentType: APPLY_TYPE, query: { force } };
      });
    if (update.force) return plan(update, current, apply(true));
    try {
      return await plan(update, current, apply(false));
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
      return plan(update, current, apply(true), { notes: takeOverNotes(conflicts) });
    }
  });
}

// An apply knows the ports of a Service by their numbers: with another number, it would add a port of the same name.
function isRenumbered({ resource }: Target, given: KubernetesObject, live: KubernetesObject): boolean {
  return resourceNameOf(resource) === 'services' && hasRenumberedPorts(given, live);
}

function takeOverNotes(conflicts: readonly FieldConflict[]): string[] {
  const others = conflicts.filter(({ manager }) => manager !== FIELD_MANAGER);
  const managers = [...new Set(others.map(({ manager }) => manager))].join(', ');
  return others.length === 0 ? [] : [`Taken over from ${managers}: ${others.map(({ field }) => field).join(', ')}`];
}

/** How a patch is meant. */
export type PatchType = keyof typeof PATCH_TYPES;

/**
 * Applies a merge, strategic merge or JSON patch. Without a type, it is a strategic one where the API server has that for the
 * kind, else a merge patch, and may then drop nothing from inside a list.
 */
export async function patchObject(
  update: Update,
  live: KubernetesObject,
  patch: string,
  type: PatchType | undefined,
): Promise<Outcome> {
  const content = await readValue(patch, 'The patch');
  if (type === 'json' || Array.isArray(content)) return patchByOperations(update, live, content);
  if (!isObject(content)) throw new UserError('A patch is an object with the fields to change.');
  refuseStatus(update, content);
  const send = (as: 'merge' | 'strategic') => patchByFields(update, live, content, as, type === undefined);
  if (type === 'merge' || (type === undefined && isCustom(update.target.resource))) return send('merge');
  try {
    return await send('strategic');
  } catch (error) {
    // Of a patch whose types are wrong, a strategic merge says nothing but that; a merge patch names the field.
    const isUnread = isApiError(error, 422) && error.causes.some(({ field }) => field === 'patch');
    if (type === undefined && (isUnread || isApiError(error, 415))) return send('merge');
    if (!isApiError(error, 415)) throw error;
    throw new UserError(
      `${resourceNameOf(update.target.resource)} is not one of Kubernetes' own kinds, and only those have strategic merge patches. Send a manifest with the fields to change, or patchType: json; patchType: merge replaces lists whole.`,
    );
  }
}

function patchByOperations(update: Update, live: KubernetesObject, content: unknown): Promise<Outcome> {
  if (!Array.isArray(content)) throw new UserError('A json patch is a list of operations, each with op and path.');
  const paths = content.map((operation) => (isObject(operation) ? String(operation.path) : ''));
  if (paths.some((path) => /^\/status(\/|$)/.test(path))) refuseStatus(update, { status: {} });
  const operations = content.map((operation) => restoreRedacted({ operation }, undefined).operation);
  return withFreshObject(update, live, async (current) => {
    const { resourceVersion } = current.metadata ?? {};
    // With its version, what was looked at is what is patched.
    const version = { op: 'add', path: '/metadata/resourceVersion', value: resourceVersion };
    const patched = patchShown(shownWhole(current), operations);
    const write = (wanted: JsonObject): Write =>
      wanted === patched
        ? { method: 'PATCH', body: [...operations, version], contentType: PATCH_TYPES.json }
        : { method: 'PATCH', body: mergeOf(current, wanted), contentType: PATCH_TYPES.merge };
    return plan(update, current, { content: patched, given: content, write });
  });
}

function patchByFields(
  update: Update,
  live: KubernetesObject,
  content: JsonObject,
  type: 'merge' | 'strategic',
  isGuess: boolean,
): Promise<Outcome> {
  return withFreshObject(update, live, async (current) => {
    const write = (wanted: JsonObject): Write => {
      const restored = restoreRedacted(wanted, current);
      const metadata = isObject(restored.metadata) ? restored.metadata : {};
      const body = { ...restored, metadata: { ...metadata, resourceVersion: current.metadata?.resourceVersion } };
      return { method: 'PATCH', body, contentType: PATCH_TYPES[type] };
    };
    const check = (after: KubernetesObject) => refuseDropping(update.target, content, type, current, after);
    return plan(update, current, { content, given: content, write }, isGuess ? { check } : {});
  });
}

/** As a reader sees the object, with markers for what is not shown at all. */
function shownWhole(object: KubernetesObject): JsonObject {
  const shown = redact(object);
  const { annotations, managedFields } = object.metadata ?? {};
  const applied = annotations?.[LAST_APPLIED] === undefined ? {} : { [LAST_APPLIED]: NOT_SHOWN };
  return {
    ...shown,
    metadata: {
      ...shown.metadata,
      ...(annotations && { annotations: { ...shown.metadata?.annotations, ...applied } }),
      ...(managedFields && { managedFields: NOT_SHOWN }),
    },
  };
}

/** What makes of the object what a reader wants to see of it, as a merge patch. */
function mergeOf(current: KubernetesObject, wanted: JsonObject): JsonObject {
  const patch = restoreRedacted(mergePatch(shownWhole(current), wanted), current);
  return { ...patch, metadata: { ...patch.metadata, resourceVersion: current.metadata?.resourceVersion } };
}

// Whoever sends one container means that one, and not that the others, or its ports, go.
function refuseDropping(
  target: Target,
  content: JsonObject,
  type: 'merge' | 'strategic',
  before: KubernetesObject,
  after: KubernetesObject,
): void {
  // A directive or a null of a strategic patch says what goes.
  if (type === 'strategic' && /"\$|:null\b/.test(jsonText(content))) return;
  const dropped = droppedParts(before, after);
  if (dropped.length === 0) return;
  throw new UserError(
    `${describeTarget(target)} was not changed: the patch would drop ${dropped.join(', ')}, because a ${type} patch replaces ${type === 'merge' ? 'lists' : 'this list'} whole. Send the whole list, or patchType: json for one member of it; if it is meant, say patchType: ${type}.`,
  );
}

// The API server would pass over it without a word.
function refuseStatus({ target, subresource }: Update, content: JsonObject): void {
  if (subresource !== undefined || content.status === undefined || !target.resource.subresources.includes('status'))
    return;
  throw new UserError(
    `${describeTarget(target)} was not changed: its status is written by itself, with subresource: status (a controller may set it back at once). Leave it out here.`,
  );
}

/** What somebody submitted, and the write that it becomes. */
interface Submission<Content> {
  /** The parts of the object that it names; redacted values that it leaves alone are markers. */
  content: Content;
  /** As the caller sent it. */
  given: unknown;
  write(content: Content): Write;
}

/** Dry run, comparison, and only then the write. */
async function plan<Content>(
  update: Update,
  before: KubernetesObject,
  { content, given, write }: Submission<Content>,
  { notes = [], check }: { notes?: string[]; check?: (after: KubernetesObject) => void } = {},
): Promise<Outcome> {
  const guesses = update.isOwn ? undefined : new Guesses(before);
  const blind = guesses?.hiddenFrom(content) ?? content;
  const tried = await sendWrite(update, write(blind), true);
  const planned = blind === content ? tried : { ...tried, object: guesses?.restoredIn(tried.object) ?? tried.object };
  // Before anybody reads the result, and also of a dry run.
  if (isRevealing(before, planned.object, given))
    throw new UserError(
      `${describeTarget(update.target)} was not changed: a value that is redacted now would be readable afterwards. Secret values stay where they are; the human can move them.`,
    );
  check?.(planned.object);
  // Whether a redacted value is as submitted is not told: it is written, and the answer is the same.
  const named = guesses && { submitted: content };
  const { target, subresource, parent, submitted = given, writer } = update;
  const change = changeOf(target, writer.connection, 'update', {
    before,
    after: planned.object,
    tried: tried.object,
    subresource,
    parent,
    submitted,
  });
  if (!guesses?.areIn(content) && deepEqual(comparable(before), comparable(planned.object))) {
    await writer.unchanged(change);
    return { before, after: undefined, notes: planned.warnings };
  }
  // Owners that were written as if they were data are for the judge.
  if (!update.force && !hasForgedOwners(before, tried.object)) refuseForeign(update, before, tried.object);
  if (update.dryRun) {
    await writer.review([change], 'dry run');
    return { before, after: planned.object, notes: [...notes, ...planned.warnings], ...named };
  }
  // Agreed to is the change, not the version of the object: controllers write to its status while the user reads.
  if (!update.approved || !isSameChange(update.approved, change)) await writer.review([change]);
  update.approved = change;
  const done = await writer.write(
    change,
    () => sendWrite(update, write(content), false),
    ({ object }) => object,
  );
  return { before, after: done.object, notes: [...notes, ...done.warnings], ...named };
}

/**
 * True when a value that is redacted in `before`, or a part of it, would be read in `after`: copied to another place, its
 * variable renamed, the mark removed that tells what it is. What `given` says is known to whoever gave it, right or wrong.
 */
function isRevealing(before: KubernetesObject, after: KubernetesObject, given: unknown): boolean {
  const values = new RedactedValues();
  values.add(before, true);
  if (values.isEmpty) return false;
  const known = textsOf(given);
  const shown = new Map<string, number>();
  for (const text of textsOf(redact(before))) shown.set(text, (shown.get(text) ?? 0) + 1);
  const added = textsOf(redact(after)).filter((text) => {
    const left = shown.get(text) ?? 0;
    shown.set(text, left - 1);
    return left <= 0;
  });
  // Whole ones also where they are ordinary words.
  const whole = new Set(hiddenValues(before).filter((value) => !known.some((text) => text.includes(value))));
  return added.some((text) => whole.has(text)) || values.isIn(added.join('\n\n'), () => known);
}

function refuseForeign({ target, subresource }: Update, before: KubernetesObject, after: KubernetesObject): void {
  const lost = lostFields(before, after, subresource);
  if (lost.length > 0)
    throw ownedByOthers(
      target,
      lost.map(ownerText),
      lost.map(({ owner }) => owner),
    );
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

function ownedByOthers(target: Target, fields: readonly string[], owners: readonly string[]): RefusedError {
  const advice = ownersAdvice(owners);
  return new RefusedError(
    `${describeTarget(target)} was not changed: ${fields.join(', ')}.${advice ? ` ${advice}` : ''} force: true takes the field over all the same.`,
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
  const own = withoutServersOwn(submitted);
  if (applied === undefined) return own;
  const annotations: JsonObject & Record<string, string> = { ...own.metadata?.annotations, [LAST_APPLIED]: applied };
  return { ...own, metadata: { ...own.metadata, annotations } };
}

/** A manifest without what only the API server and `kubectl apply` write. */
export function withoutServersOwn(submitted: KubernetesObject): KubernetesObject {
  const { managedFields: _, annotations, ...metadata } = submitted.metadata ?? {};
  if (!isObject(annotations))
    return { ...submitted, metadata: annotations === undefined ? metadata : { ...metadata, annotations } };
  const { [LAST_APPLIED]: _applied, ...rest } = annotations;
  return { ...submitted, metadata: { ...metadata, annotations: rest } };
}
