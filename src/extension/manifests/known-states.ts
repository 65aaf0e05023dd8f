import { deepEqual, type KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { ManifestObjectNode } from './manifest-nodes.ts';
import { objectKey } from './object-key.ts';

/** What is known of objects from before: of one that has changed since, only until it is looked up again. */
export function knownBefore(before: readonly ManifestObjectNode[]) {
  const known = new Map(before.map((node) => [objectKey(node.object), node]));
  return (object: KubernetesObject): Pick<ManifestObjectNode, 'state' | 'lookedUp'> => {
    const key = objectKey(object);
    const node = key === undefined ? undefined : known.get(key);
    return { state: node?.state, lookedUp: node && deepEqual(node.object, object) ? node.lookedUp : undefined };
  };
}
