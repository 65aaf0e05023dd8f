import { apiVersionOf, isCustom, resourceNameOf } from '../apimachinery/api-resource.ts';
import { isApiError, UserError } from '../apimachinery/errors.ts';
import { type FieldPath, pathText, valueAt } from '../apimachinery/field-path.ts';
import { jsonText } from '../apimachinery/json.ts';
import { PATCH_TYPES } from '../apimachinery/media-types.ts';
import { isObject, type JsonObject, type KubernetesObject, LAST_APPLIED } from '../apimachinery/objects.ts';
import { SERVERS_METADATA } from '../apimachinery/servers-metadata.ts';
import { BARE_MARKER } from '../text/markers.ts';
import { readValue } from '../text/reading.ts';
import { redact, restoreRedacted } from '../text/redact.ts';
import { deletedBeside, droppedParts } from './dropped-parts.ts';
import { patchShown } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { type Outcome, plan, type Update, type Write, withFreshObject } from './planned-update.ts';
import { hasRenumberedPorts, withPorts } from './service-ports.ts';
import { describeTarget, refuseOtherTypes, type Target } from './target.ts';

/** How a patch is meant. */
export type PatchType = keyof typeof PATCH_TYPES;

/**
 * Applies a merge, strategic merge or JSON patch. The default is a strategic one where the API server supports it for
 * the kind, else a merge patch, which then may not drop anything inside a list.
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
  return patchWith(update, live, () => content, type);
}

/** Applies what `contentOf` makes of the object, anew each time it has changed since. Types as for `patchObject`. */
export async function patchWith(
  update: Update,
  live: KubernetesObject,
  contentOf: (current: KubernetesObject) => JsonObject,
  type: Exclude<PatchType, 'json'> | undefined,
): Promise<Outcome> {
  const content = contentOf(live);
  refuseStatus(update, content);
  if (update.subresource === undefined) {
    refuseOtherTypes(content, update.target.resource, 'The patch');
    refuseUnwritable(update.target, live, content);
  }
  const send = (as: 'merge' | 'strategic') => patchByFields(update, live, contentOf, as, type === undefined);
  if (type === 'merge' || (type === undefined && isCustom(update.target.resource))) return send('merge');
  try {
    return await send('strategic');
  } catch (error) {
    // For a patch with wrong types, a strategic merge says only that; a merge patch names the field.
    const isUnread = isApiError(error, 422) && error.causes.some(({ field }) => field === 'patch');
    const key = isApiError(error, 500) && /does not contain declared merge key: (\w+)/.exec(error.message)?.[1];
    if (key)
      throw new UserError(
        `A member of a list in the patch has no ${key}, by which a strategic patch finds the one that is meant: add it. A member whose ${key} is new is added to the list.`,
      );
    if (type === undefined && (isUnread || isApiError(error, 415))) return send('merge');
    if (!isApiError(error, 415)) throw error;
    throw new UserError(
      `${resourceNameOf(update.target.resource)} is not one of Kubernetes' own kinds, and only those have strategic merge patches. Send a manifest with the fields to change, or patchType: json; patchType: merge replaces lists whole.`,
    );
  }
}

/** The API server compares the first two with those of the object, and forged owners are refused in their own words. */
const PATCHABLE = ['uid', 'resourceVersion', 'managedFields'];
const UNWRITABLE = SERVERS_METADATA.filter((field) => !PATCHABLE.includes(field));

// The API server would ignore it silently.
function refuseUnwritable(target: Target, live: KubernetesObject, { kind, apiVersion, metadata }: JsonObject): void {
  const identity = { apiVersion: apiVersionOf(target.resource), kind: target.resource.kind };
  const other = Object.entries({ apiVersion, kind }).find(
    ([field, value]) => value !== undefined && value !== identity[field as keyof typeof identity],
  );
  const problem = (what: string) => new UserError(`${describeTarget(target)} was not changed: ${what}`);
  if (other)
    throw problem(
      `the patch says ${other[0]}: ${String(other[1])}, and it is ${identity.kind} of ${identity.apiVersion}, which no patch changes. Leave ${other[0]} out, or name the other kind.`,
    );
  if (!isObject(metadata)) return;
  const current: JsonObject = { ...live.metadata };
  const field = UNWRITABLE.find((one) => (metadata[one] ?? undefined) !== undefined && metadata[one] !== current[one]);
  if (field) throw problem(`metadata.${field} is written by the API server alone. Leave it out.`);
}

function patchByOperations(update: Update, live: KubernetesObject, content: unknown): Promise<Outcome> {
  if (!Array.isArray(content)) throw new UserError('A json patch is a list of operations, each with op and path.');
  const paths = content.map((operation) => (isObject(operation) ? String(operation.path) : ''));
  if (paths.some((path) => /^\/status(\/|$)/.test(path))) refuseStatus(update, { status: {} });
  const operations = content.map((operation) => restoreRedacted({ operation }, undefined).operation);
  return withFreshObject(update, live, async (current) => {
    const { resourceVersion } = current.metadata ?? {};
    // With its version, so that the object patched is the one that was read.
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
  contentOf: (current: KubernetesObject) => JsonObject,
  type: 'merge' | 'strategic',
  isGuess: boolean,
): Promise<Outcome> {
  return withFreshObject(update, live, async (current) => {
    const content = contentOf(current);
    // A strategic patch identifies ports by number, but a patch that changes the number goes by the name.
    const isRenumbering =
      isGuess && current.kind === 'Service' && current.apiVersion === 'v1' && hasRenumberedPorts(content, current);
    const meant = isRenumbering ? withWholePorts(content, current) : content;
    const sent = isRenumbering ? 'merge' : type;
    const write = (wanted: JsonObject): Write => {
      const restored = restoreRedacted(wanted, current);
      const metadata = isObject(restored.metadata) ? restored.metadata : {};
      const body = { ...restored, metadata: { ...metadata, resourceVersion: current.metadata?.resourceVersion } };
      return { method: 'PATCH', body, contentType: PATCH_TYPES[sent] };
    };
    const check = (after: KubernetesObject) => {
      if (isGuess) refuseDropping(update.target, meant, sent, current, after);
      if (sent === 'strategic') {
        refuseEmptyLists(update.target, content, after);
        refuseDeletingBeside(update.target, content, current, after);
      }
    };
    return plan(update, current, { content: meant, given: content, write }, { check });
  });
}

function withWholePorts(content: JsonObject, current: KubernetesObject): JsonObject {
  const { spec } = withPorts(content, current);
  return {
    ...content,
    spec: { ...(isObject(content.spec) ? content.spec : {}), ports: isObject(spec) ? spec.ports : [] },
  };
}

// In lists that a strategic patch merges, an empty list removes nothing.
function refuseEmptyLists(target: Target, content: JsonObject, after: KubernetesObject): void {
  const kept = emptyLists(content, []).find((path) => {
    const list = valueAt(after, path);
    return Array.isArray(list) && list.length > 0;
  });
  if (!kept) return;
  throw new UserError(
    `${describeTarget(target)} was not changed: a strategic patch merges ${pathText(kept)} with what is there, so an empty list takes nothing away. Say patchType: merge to empty it.`,
  );
}

function refuseDeletingBeside(
  target: Target,
  content: JsonObject,
  before: KubernetesObject,
  after: KubernetesObject,
): void {
  const others = deletedBeside(content, before, after);
  if (others.length === 0) return;
  throw new UserError(
    `${describeTarget(target)} was not changed: $patch: delete goes by one field of a member, and would delete ${others.join(', ')} too. Remove the one that is meant with patchType: json, or send the whole list with patchType: merge.`,
  );
}

function emptyLists(value: unknown, path: FieldPath): FieldPath[] {
  if (Array.isArray(value)) return value.length === 0 ? [path] : [];
  return isObject(value) ? Object.entries(value).flatMap(([key, inner]) => emptyLists(inner, [...path, key])) : [];
}

/** The object as a reader sees it, with markers for what is not shown at all. */
function shownWhole(object: KubernetesObject): JsonObject {
  const shown = redact(object);
  const { annotations, managedFields } = object.metadata ?? {};
  const applied = annotations?.[LAST_APPLIED] === undefined ? {} : { [LAST_APPLIED]: BARE_MARKER };
  return {
    ...shown,
    metadata: {
      ...shown.metadata,
      ...(annotations && { annotations: { ...shown.metadata?.annotations, ...applied } }),
      ...(managedFields && { managedFields: BARE_MARKER }),
    },
  };
}

/** A merge patch that turns the object into what a reader wants to see. */
function mergeOf(current: KubernetesObject, wanted: JsonObject): JsonObject {
  const patch = restoreRedacted(mergePatch(shownWhole(current), wanted), current);
  return { ...patch, metadata: { ...patch.metadata, resourceVersion: current.metadata?.resourceVersion } };
}

// A patch with one container means that container, not the removal of the others or of its ports.
function refuseDropping(
  target: Target,
  content: JsonObject,
  type: 'merge' | 'strategic',
  before: KubernetesObject,
  after: KubernetesObject,
): void {
  // A directive or null in a strategic patch states what to remove.
  if (type === 'strategic' && /"\$|:null\b/.test(jsonText(content))) return;
  const dropped = droppedParts(before, after);
  if (dropped.length === 0) return;
  throw new UserError(
    `${describeTarget(target)} was not changed: the patch would drop ${dropped.join(', ')}, because a ${type} patch replaces ${type === 'merge' ? 'lists' : 'this list'} whole. Send the whole list, or patchType: json for one member of it; if it is meant, say patchType: ${type}.`,
  );
}

// The API server would ignore it silently.
function refuseStatus({ target, subresource }: Update, content: JsonObject): void {
  if (subresource !== undefined || content.status === undefined || !target.resource.subresources.includes('status'))
    return;
  throw new UserError(
    `${describeTarget(target)} was not changed: its status is written by itself, with subresource: status (a controller may set it back at once). Leave it out here.`,
  );
}
