import { namedMembers } from '../apimachinery/named-members.ts';
import { isObject, type KubernetesObject, ownValue } from '../apimachinery/objects.ts';

/**
 * The part of a live object that a manifest names, in the manifest's order: beside it, only real differences differ.
 * Members of lists are found by their names where those tell them apart, others by their place.
 */
export function namedPart(manifest: KubernetesObject, live: KubernetesObject): KubernetesObject {
  return part(manifest, live) as KubernetesObject;
}

function part(wanted: unknown, has: unknown): unknown {
  if (isObject(wanted) && isObject(has)) {
    const kept = Object.keys(wanted).filter((key) => ownValue(has, key) !== undefined);
    return Object.fromEntries(kept.map((key) => [key, part(wanted[key], has[key])]));
  }
  if (!Array.isArray(wanted) || !Array.isArray(has)) return has;
  const [named, members] = [namedMembers(wanted), namedMembers(has)];
  if (!named || !members) return has.map((one, index) => (index < wanted.length ? part(wanted[index], one) : one));
  return [...named].flatMap(([name, one]) => (members.has(name) ? [part(one, members.get(name))] : []));
}
