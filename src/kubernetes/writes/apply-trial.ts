import { isCustom } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';
import { PATCH_TYPES } from '../apimachinery/media-types.ts';
import {
  deepEqual,
  isObject,
  type JsonObject,
  type KubernetesObject,
  LAST_APPLIED,
  ownValue,
} from '../apimachinery/objects.ts';
import { withoutServersMetadata } from '../apimachinery/servers-metadata.ts';
import type { ApiClient } from '../client/client.ts';
import { type Target, targetPath, WRITE_QUERY, warningsOf } from './target.ts';

/** What the API server would make of an object. */
export interface Trial {
  object: KubernetesObject;
  warnings: string[];
}

/**
 * Runs on the server, without saving, what `kubectl apply` of the manifest would do to the live object: its fields are
 * set, and (if it `removes`) those that the last apply set and that it no longer names are removed. Errors as in
 * `ApiClient.send`.
 */
export async function tryApply(
  client: ApiClient,
  target: Target & { name: string },
  live: KubernetesObject,
  signal: AbortSignal,
  removes = true,
): Promise<Trial> {
  const send = async (type: 'strategic' | 'merge') => {
    const { body, headers } = await client.answer<KubernetesObject>({
      method: 'PATCH',
      path: targetPath(target, target.name),
      // Unknown fields are dropped with a warning, as they are for others.
      query: { ...WRITE_QUERY, fieldValidation: 'Warn', dryRun: 'All' },
      body: removes ? applyPatch(target.object, live, type) : own(target.object),
      contentType: PATCH_TYPES[type],
      signal,
    });
    return { object: body, warnings: warningsOf(headers) };
  };
  if (isCustom(target.resource)) return send('merge');
  try {
    return await send('strategic');
  } catch (error) {
    // Aggregated API servers may know merge patches only.
    if (!isApiError(error, 415)) throw error;
    return send('merge');
  }
}

/** The patch that `kubectl apply` would send. */
export function applyPatch(
  manifest: KubernetesObject,
  live: KubernetesObject,
  type: 'strategic' | 'merge',
): JsonObject {
  const fields = (live.metadata?.managedFields ?? []).map(({ fieldsV1 }) => fieldsV1).filter(isObject);
  const patch = merged(own(manifest), own(lastApplied(live)), live, fields, type === 'strategic');
  return isObject(patch) ? patch : {};
}

function own({ status: _, ...object }: KubernetesObject): KubernetesObject {
  const { annotations = {}, ...metadata } = withoutServersMetadata(object).metadata ?? {};
  // kubectl keeps its own annotation there, so it never removes all of them.
  const { [LAST_APPLIED]: _applied, ...shown } = annotations;
  return { ...object, metadata: { ...metadata, annotations: shown } };
}

function lastApplied(live: KubernetesObject): KubernetesObject {
  try {
    const object: unknown = JSON.parse(live.metadata?.annotations?.[LAST_APPLIED] ?? '{}');
    return isObject(object) ? object : {};
  } catch {
    return {};
  }
}

/** `fields` are the parts of `fieldsV1` for this place: they tell by which key a list's members are known. */
function merged(
  wanted: unknown,
  applied: unknown,
  live: unknown,
  fields: readonly JsonObject[],
  strategic: boolean,
): unknown {
  if (isObject(wanted)) {
    const [before, is] = [isObject(applied) ? applied : {}, isObject(live) ? live : {}];
    const gone = Object.keys(before).filter((key) => !Object.hasOwn(wanted, key) && Object.hasOwn(is, key));
    const set = Object.entries(wanted).map(([key, value]) => {
      const inner = fields.map((some) => some[`f:${key}`]).filter(isObject);
      return [key, merged(value, ownValue(before, key), ownValue(is, key), inner, strategic)];
    });
    return Object.fromEntries([...set, ...gone.map((key) => [key, null])]);
  }
  const key = strategic ? keyOf(fields) : undefined;
  if (!Array.isArray(wanted) || key === undefined) return wanted;
  const find = (list: unknown, value: unknown) =>
    Array.isArray(list) ? list.find((one) => isObject(one) && deepEqual(one[key], value)) : undefined;
  const members = wanted.map((one) => {
    if (!isObject(one)) return one;
    return merged(one, find(applied, one[key]), find(live, one[key]), membersFields(fields, key, one[key]), strategic);
  });
  const gone = (Array.isArray(applied) ? applied : []).filter(
    (one) => isObject(one) && find(wanted, one[key]) === undefined && find(live, one[key]) !== undefined,
  );
  return [...members, ...gone.map((one: JsonObject) => ({ $patch: 'delete', [key]: one[key] }))];
}

/** The key by which strategic merges know the members of a list: the first of those that server-side apply uses. */
function keyOf(fields: readonly JsonObject[]): string | undefined {
  const member = fields.flatMap((some) => Object.keys(some)).find((key) => key.startsWith('k:'));
  return member && Object.keys(JSON.parse(member.slice(2)) as JsonObject).sort()[0];
}

function membersFields(fields: readonly JsonObject[], key: string, value: unknown): JsonObject[] {
  const all = fields.flatMap(Object.entries<unknown>).map(([step, inner]) => {
    const keys = step.startsWith('k:') ? (JSON.parse(step.slice(2)) as JsonObject) : {};
    return key in keys && deepEqual(keys[key], value) ? inner : undefined;
  });
  return all.filter(isObject);
}
