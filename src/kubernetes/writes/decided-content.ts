import { deepEqual, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { comparable } from '../text/diff.ts';
import type { Change } from './change.ts';
import { dangersOf } from './to-review.ts';

/** What a decision about changes is about: the same each time that the same is planned, in whatever order. */
export function decidedContents(changes: readonly Change[]): JsonObject[] {
  return changes.toSorted((a, b) => compare(keyOf(a), keyOf(b))).map(decidedContent);
}

/**
 * What is written to which object, told from others of its name. What is sent counts, where it decides the result,
 * because the API server may generate other values with each dry run.
 */
function decidedContent(change: Change): JsonObject {
  const { access, context, server, apiVersion, kind, namespace, name, uid, subresource, summary, sent } = change;
  const [before, result] = sidesWithoutIdleStatus(change);
  const place = { access, context, server, apiVersion, kind, namespace, name, uid, subresource };
  const after = sent === undefined ? result : undefined;
  return { ...place, summary, dangers: dangersOf(change), before, sent, after };
}

function keyOf({ access, apiVersion, kind, namespace, name, subresource }: Change): string {
  return JSON.stringify([apiVersion, kind, namespace, name, subresource, access]);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
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
