import { objectsAt } from '../../apimachinery/fields.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { isOwnedBy } from '../../apimachinery/ownership.ts';
import { conditionFindings } from '../facts/condition-findings.ts';
import { cause, type Finding, within } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { type Filling, say } from '../facts/message.ts';

/** An object that another depends on: does it exist, and what do its own conditions say? */
export async function relatedFindings(
  resourceName: string,
  namespace: string | undefined,
  name: string | undefined,
  what: Filling,
  lookup: Lookup,
): Promise<Finding[]> {
  const resource = await lookup.served(resourceName);
  if (!resource || !name) return [];
  const found = await lookup.get(resource, resource.namespaced ? namespace : undefined, name);
  if (found === 'unknown') return [];
  const place = resource.namespaced ? say` in namespace ${namespace}` : '';
  if (found === 'absent') return [cause(say`its ${what} "${name}" does not exist${place}`)];
  return ownFindings(found, say`${what} ${name}`);
}

/** What the object's conditions say, under its name. */
export function ownFindings(object: KubernetesObject, what: Filling): Finding[] {
  return conditionFindings(objectsAt(object, 'status', 'conditions')).map((finding) => within(what, finding));
}

/** The objects of a served kind that the owner owns, newest first. */
export async function ownedOf(
  resourceName: string,
  owner: KubernetesObject,
  lookup: Lookup,
): Promise<KubernetesObject[]> {
  const resource = await lookup.served(resourceName);
  if (!resource) return [];
  const all = members(await lookup.list(resource, resource.namespaced ? owner.metadata?.namespace : undefined));
  const created = ({ metadata }: KubernetesObject) => metadata?.creationTimestamp ?? '';
  return all
    .filter((object) => isOwnedBy(object, owner.metadata?.uid))
    .sort((a, b) => created(b).localeCompare(created(a)));
}
