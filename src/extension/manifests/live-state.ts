import { isApiError } from '../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { namedDifferences } from '../../kubernetes/changes/named-differences.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { UnknownKindError } from '../../kubernetes/client/kind-resolution.ts';
import { type Target, targetOf, targetPath } from '../../kubernetes/writes/target.ts';

/** How an object of a file is in the cluster. */
export interface LiveState {
  /** Where it belongs; undefined for a kind that the cluster does not know. */
  target: Target | undefined;
  /** Undefined if the cluster does not have it. */
  live: KubernetesObject | undefined;
  /** How many of the fields that the file names are different. */
  fields: number;
}

/** Looks an object of a file up in the cluster. @throws what reading it throws, unless it is not there. */
export async function liveStateOf(
  connection: Connection,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<LiveState> {
  let target: Target;
  try {
    target = await targetOf(object, undefined, connection);
  } catch (error) {
    // The same file may define the kind.
    if (error instanceof UnknownKindError) return { target: undefined, live: undefined, fields: 0 };
    throw error;
  }
  try {
    const live = await connection.client.json<KubernetesObject>({ path: targetPath(target, target.name), signal });
    return { target, live, fields: namedDifferences(target.object, live).differences.length };
  } catch (error) {
    if (isApiError(error, 404)) return { target, live: undefined, fields: 0 };
    throw error;
  }
}
