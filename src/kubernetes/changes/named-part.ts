import { memberName } from '../apimachinery/field-path.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';

/**
 * The part of a live object that a manifest names, in the manifest's order: beside it, only real differences differ.
 * Members of lists are found by their names, others by their place.
 */
export function namedPart(manifest: KubernetesObject, live: KubernetesObject): KubernetesObject {
  return part(manifest, live) as KubernetesObject;
}

function part(wanted: unknown, has: unknown): unknown {
  if (isObject(wanted) && isObject(has)) {
    const kept = Object.keys(wanted).filter((key) => has[key] !== undefined);
    return Object.fromEntries(kept.map((key) => [key, part(wanted[key], has[key])]));
  }
  if (!Array.isArray(wanted) || !Array.isArray(has)) return has;
  const isNamed = wanted.length > 0 && wanted.every((one) => memberName(one) !== undefined);
  if (!isNamed) return has.map((one, index) => (index < wanted.length ? part(wanted[index], one) : one));
  return wanted.flatMap((one) => {
    const member = has.find((other) => memberName(other) === memberName(one));
    return member === undefined ? [] : [part(one, member)];
  });
}
