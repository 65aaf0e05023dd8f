import { deepEqual, isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { comparable } from '../text/diff.ts';
import type { Change } from './change.ts';
import { dangersOf } from './to-review.ts';

/**
 * What a decision about a change is about: the same each time that the same is planned. Of an object to create that is
 * what was submitted, because the API server may generate other values with each dry run.
 */
export function decidedContent(change: Change): JsonObject {
  const { access, context, server, apiVersion, kind, namespace, name, subresource, summary, submitted } = change;
  const isCreation = change.before === undefined && isObject(submitted) && submitted.kind === kind;
  const [before, after] = isCreation ? [undefined, submitted] : sidesWithoutIdleStatus(change);
  const dangers = dangersOf(change);
  return { access, context, server, apiVersion, kind, namespace, name, subresource, summary, dangers, before, after };
}

/** Both sides of a change, without a status it does not touch. */
export function sidesWithoutIdleStatus({ before, after }: Change): (KubernetesObject | undefined)[] {
  const changesStatus = before !== undefined && after !== undefined && !deepEqual(before.status, after.status);
  return [before, after].map((object) => {
    if (!object || changesStatus) return object && comparable(object);
    const { status: _, ...rest } = comparable(object);
    return rest;
  });
}
