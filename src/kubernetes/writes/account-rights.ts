import { pathOf } from '../apimachinery/api-resource.ts';
import { isObject, type JsonObject, type KubernetesList, type KubernetesObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { Connection } from '../client/cluster.ts';
import { EVERYTHING, type Reach, reachOfRules } from './reach.ts';

/** What a role grants. A role that cannot be read may grant anything. */
export async function reachOfRole(
  { kind, name }: JsonObject,
  namespace: string | undefined,
  { client }: Connection,
  signal: AbortSignal,
): Promise<Reach[]> {
  const namespaced = kind === 'Role';
  const resource = namespaced ? kinds.roles : kinds.clusterRoles;
  try {
    const path = pathOf(resource, namespaced ? namespace : undefined, String(name));
    return reachOfRules((await client.json<KubernetesObject>({ path, signal })).rules);
  } catch {
    signal.throwIfAborted();
    return [EVERYTHING];
  }
}

/** What RBAC lets a ServiceAccount reach, since its pods hold its token; undefined where that cannot be read. */
export async function reachOfAccount(
  account: string,
  namespace: string,
  connection: Connection,
  signal: AbortSignal,
): Promise<Reach[] | undefined> {
  try {
    const lists = [pathOf(kinds.roleBindings, namespace), pathOf(kinds.clusterRoleBindings)];
    const bindings = await Promise.all(
      lists.map(async (path) => (await connection.client.json<KubernetesList>({ path, signal })).items ?? []),
    );
    const roles = bindings
      .flat()
      .filter(({ subjects }) => Array.isArray(subjects) && subjects.some((one) => means(one, account, namespace)))
      .flatMap(({ roleRef }) => (isObject(roleRef) ? [roleRef] : []));
    return (await Promise.all(roles.map((role) => reachOfRole(role, namespace, connection, signal)))).flat();
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function means(subject: unknown, account: string, namespace: string): boolean {
  if (!isObject(subject)) return false;
  const { kind, name, namespace: place = namespace } = subject;
  if (kind === 'ServiceAccount') return name === account && place === namespace;
  const own = ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return kind === 'Group' ? own.includes(String(name)) : name === `system:serviceaccount:${namespace}:${account}`;
}
