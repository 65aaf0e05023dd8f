import { ApiError, isApiError, UserError } from '../apimachinery/errors.ts';
import { FIELD_MANAGER, ownedPart, withOwnedFields } from '../apimachinery/field-ownership.ts';
import { changedPaths, type FieldPath, pathText, valueAt } from '../apimachinery/field-path.ts';
import { APPLY_TYPE } from '../apimachinery/media-types.ts';
import { deepEqual, type KubernetesObject } from '../apimachinery/objects.ts';
import { SERVERS_METADATA } from '../apimachinery/servers-metadata.ts';
import { comparable } from '../text/diff.ts';
import { redact, restoreRedacted } from '../text/redact.ts';
import { lostFields } from './field-owners.ts';
import { merge } from './merge.ts';
import { refuseEmptied, withoutNulls } from './nulls.ts';
import { sendWrite, type Write } from './planned-update.ts';
import { changeOf, describeTarget, type Target, targetPath, withoutReport } from './target.ts';
import { withHiddenParts, withoutBookkeeping } from './update.ts';
import type { Writer } from './writer.ts';

/** For dry runs only: this manager owns nothing, so whatever it owns in the result is what the run changed. */
const EDITOR = `${FIELD_MANAGER}-edit`;
/** Attempts to send a write while only the object's status changes. */
const ATTEMPTS = 12;

/** A user's edit, of the whole object or of the fields that a manifest names. */
export interface Edit {
  /** What is submitted, with the name of the object. */
  target: Target & { name: string };
  /**
   * The object as it was when the user began: it is to become exactly what was submitted. Without it, only the
   * submitted fields are set.
   */
  base?: KubernetesObject | undefined;
  /** Overwrite what changed meanwhile and what others own. */
  force: boolean;
  writer: Writer;
}

/** A field that needs the user's consent: it changed in the cluster meanwhile, or somebody else owns it. */
export interface EditConflict {
  path: FieldPath;
  /** The value in the cluster, redacted; undefined when it is gone. */
  live: unknown;
  /** Undefined for a field that changed meanwhile. */
  owner: string | undefined;
}

/** The edit is written only if the user insists. */
export class EditConflictError extends UserError {
  override name = 'EditConflictError';
  readonly conflicts: readonly EditConflict[];

  constructor(target: Target, conflicts: readonly EditConflict[]) {
    const fields = conflicts.map(({ path, owner }) => `${pathText(path)} (${owner ?? 'changed meanwhile'})`).join(', ');
    super(`${describeTarget(target)} was not written: ${fields}.`);
    this.conflicts = conflicts;
  }
}

/** The edited object is gone. */
class GoneError extends UserError {
  override name = 'GoneError';
}

/** The object before and after; no `after` when there was nothing to change. */
export interface Edited {
  before: KubernetesObject;
  after: KubernetesObject | undefined;
  warnings: string[];
}

interface Plan {
  result: KubernetesObject;
  /** The write for the object in its present version. */
  write(live: KubernetesObject): Write;
  warnings: string[];
}

/**
 * Dry run, review, then the write: by server-side apply of the changed fields or, where that cannot do it (removing a
 * field that others own too), by replacing the object.
 * @throws EditConflictError, GoneError, ApiError, or what the writer throws.
 */
export async function editObject(edit: Edit): Promise<Edited> {
  const { target, base, force, writer } = edit;
  const live = await readLive(edit);
  const current = base ? withOthersChanges(edit, base, live) : edit;
  const { result, write, warnings } = await plan(current, live);
  if (deepEqual(comparable(live), comparable(result))) return { before: live, after: undefined, warnings };
  if (!force) refuseForeign(target, live, result);
  const change = changeOf(target, writer.connection, 'update', {
    before: live,
    after: result,
    submitted: target.object,
  });
  await writer.review([change]);
  const done = await writer.write(
    change,
    () => sendReviewed(current, live, write),
    ({ object }) => object,
  );
  return { before: live, after: done.object, warnings: done.warnings };
}

// Reviewing takes time. The user's consent still holds when only the status has changed meanwhile.
async function sendReviewed(edit: Edit, reviewed: KubernetesObject, write: Plan['write']) {
  let live = reviewed;
  for (let left = ATTEMPTS; ; left -= 1) {
    try {
      return await send(edit, write(live), false);
    } catch (error) {
      if (!isApiError(error, 409) || error.reason !== 'Conflict' || left === 0) throw error;
      live = await readLive(edit);
      refuseChanged(edit, reviewed, live);
    }
  }
}

/** The differences between two versions of an object, except what the cluster counts and reports by itself. */
function changesBetween(target: Pick<Target, 'resource'>, base: KubernetesObject, live: KubernetesObject): FieldPath[] {
  const relevant = (object: KubernetesObject) => comparable(withoutReport(target, object));
  return changedPaths(relevant(base), relevant(live));
}

/** The edit of the object as it is now. @throws EditConflictError where others changed the same, unless forced. */
function withOthersChanges(edit: Edit, base: KubernetesObject, live: KubernetesObject): Edit {
  const { target, force } = edit;
  const { object, conflicts } = rebased(target, base, live);
  if (conflicts.length > 0 && !force) throw new EditConflictError(target, conflicts);
  return { ...edit, target: { ...target, object } };
}

/** What a user made of `base`, made of the object as it is now, and where that has changed, too. */
export function rebased(
  { object, resource }: Pick<Target, 'object' | 'resource'>,
  base: KubernetesObject,
  live: KubernetesObject,
): { object: KubernetesObject; conflicts: EditConflict[] } {
  const mine = restoreRedacted(object, base);
  const { merged, conflicts } = merge(
    ...([base, withServersOwn(mine, base, resource), live].map(editable) as Versions),
  );
  // Another object of the same name.
  const paths: FieldPath[] =
    base.metadata?.uid === live.metadata?.uid ? conflicts : [['metadata', 'uid'], ...conflicts];
  const shown = redact(live, base);
  return {
    object: merged as KubernetesObject,
    conflicts: paths.map((path) => ({ path, live: valueAt(shown, path), owner: undefined })),
  };
}

type Versions = [base: KubernetesObject, mine: KubernetesObject, theirs: KubernetesObject];

// Not even an empty map of annotations is the user's.
function editable(object: KubernetesObject): KubernetesObject {
  const { metadata: { annotations, ...metadata } = {}, ...rest } = withoutBookkeeping(object);
  const kept = annotations && Object.keys(annotations).length > 0 ? { annotations } : {};
  return { ...rest, metadata: { ...metadata, ...kept } };
}

// Left out of a text or not, it is no edit.
function withServersOwn(
  mine: KubernetesObject,
  base: KubernetesObject,
  resource: Target['resource'],
): KubernetesObject {
  const { status: _, ...rest } = mine;
  const own = Object.entries(base.metadata ?? {}).filter(([key]) => SERVERS_METADATA.includes(key));
  const others = Object.entries(mine.metadata ?? {}).filter(([key]) => !SERVERS_METADATA.includes(key));
  const metadata = Object.fromEntries([...others, ...own]);
  if (!resource.subresources.includes('status')) return { ...mine, metadata };
  return { ...rest, metadata, ...(base.status === undefined ? {} : { status: base.status }) };
}

/** What a text says otherwise than the object did although only the cluster sets it. */
export function readOnlyEdits(
  { object, resource }: Pick<Target, 'object' | 'resource'>,
  shown: KubernetesObject,
): FieldPath[] {
  const paths: FieldPath[] = SERVERS_METADATA.map((key) => ['metadata', key]);
  if (resource.subresources.includes('status')) paths.push(['status']);
  return paths.flatMap((path) => {
    const given = valueAt(object, path);
    return given === undefined ? [] : changedPaths(valueAt(shown, path), given, path);
  });
}

function refuseChanged({ target }: Edit, base: KubernetesObject, live: KubernetesObject): void {
  const paths = changesBetween(target, base, live);
  if (paths.length === 0) return;
  const shown = redact(live, base);
  throw new EditConflictError(
    target,
    paths.map((path) => ({ path, live: valueAt(shown, path), owner: undefined })),
  );
}

function refuseForeign(target: Target, live: KubernetesObject, result: KubernetesObject): void {
  const shown = redact(live);
  const conflicts = lostFields(live, result).map(({ path, owner }) => ({ path, live: valueAt(shown, path), owner }));
  if (conflicts.length > 0) throw new EditConflictError(target, conflicts);
}

function plan(edit: Edit, live: KubernetesObject): Promise<Plan> {
  if (edit.base) return planReplacement(edit, live);
  return planApply(edit, live, withoutNulls(restoreRedacted(edit.target.object, live), live));
}

async function planReplacement(edit: Edit, live: KubernetesObject): Promise<Plan> {
  const { object } = edit.target;
  const replace = (current: KubernetesObject): Write => {
    const desired = withHiddenParts(restoreRedacted(object, current), current);
    const { uid, resourceVersion } = current.metadata ?? {};
    return { method: 'PUT', body: { ...desired, metadata: { ...desired.metadata, uid, resourceVersion } } };
  };
  const exact = await send(edit, { ...replace(live), query: { fieldManager: EDITOR } }, true);
  const changed = exact.object.metadata?.managedFields?.find(({ manager }) => manager === EDITOR)?.fieldsV1;
  const replacement: Plan = { result: exact.object, write: replace, warnings: exact.warnings };
  if (!changed) return replacement;
  try {
    const part = ownedPart(exact.object, changed) as KubernetesObject;
    const applied = await planApply(
      edit,
      live,
      { ...part, apiVersion: object.apiVersion, kind: object.kind },
      exact.object,
    );
    // An apply cannot remove fields that others own too.
    return deepEqual(comparable(applied.result), comparable(exact.object)) ? applied : replacement;
  } catch (error) {
    // Not every aggregated API server supports apply.
    if (error instanceof ApiError && error.code < 500) return replacement;
    throw error;
  }
}

/** Applies the fields of `given`; fields we already own are sent too, with the values of `wanted`. */
async function planApply(edit: Edit, live: KubernetesObject, given: KubernetesObject, wanted = live): Promise<Plan> {
  const owned = withOwnedFields(given, wanted);
  const { name, namespace } = live.metadata ?? {};
  const write = (current: KubernetesObject): Write => {
    const { uid, resourceVersion } = current.metadata ?? {};
    const body = { ...owned, metadata: { ...owned.metadata, name, namespace, uid, resourceVersion } };
    // Conflicts are judged by what the dry run takes from others.
    return { method: 'PATCH', body, contentType: APPLY_TYPE, query: { force: true } };
  };
  const { object, warnings } = await send(edit, write(live), true);
  refuseEmptied(given, live, object);
  return { result: object, write, warnings };
}

function send({ target, writer }: Edit, write: Write, dryRun: boolean) {
  return sendWrite({ target, name: target.name, writer }, write, dryRun);
}

async function readLive({ target, writer: { connection, signal } }: Edit): Promise<KubernetesObject> {
  try {
    return await connection.client.json<KubernetesObject>({ path: targetPath(target, target.name), signal });
  } catch (error) {
    if (isApiError(error, 404)) throw new GoneError(`${describeTarget(target)} is not in the cluster any more.`);
    throw error;
  }
}
