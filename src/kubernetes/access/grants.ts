import { type ApiResource, pathOf } from '../apimachinery/api-resource.ts';
import { isApiError, messageOf, RefusedError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { listAll } from '../client/pages.ts';
import type { Binding, PolicyRule, Role } from './rbac.ts';

const MAX_OBJECTS = 20_000;

/** A binding with the rules of its role; no rules when the role does not exist or could not be read. */
export interface Grant {
  binding: Binding;
  rules: readonly PolicyRule[];
}

/** What RBAC grants, and what of it could not be read. */
export interface Grants {
  grants: readonly Grant[];
  unread: readonly string[];
}

/** Reads every grant in the namespace, or in all; only cluster-wide ones where `namespace` is null. */
export async function readGrants(
  client: ApiClient,
  namespace: string | undefined | null,
  signal: AbortSignal,
): Promise<Grants> {
  const unread: string[] = [];
  const list = async <T extends KubernetesObject>(
    kind: Pick<ApiResource, 'group' | 'version' | 'name' | 'namespaced'>,
    within?: string,
  ): Promise<T[]> => {
    const { name } = kind;
    const path = pathOf(kind, within);
    try {
      const { items, continue: more } = await listAll(client, { path, signal }, MAX_OBJECTS);
      if (more) unread.push(`${name} after the first ${items.length}`);
      return items as T[];
    } catch (error) {
      const isForbidden = isApiError(error, 403);
      if (!isForbidden && !(error instanceof RefusedError)) throw error;
      const place = within ? ` in namespace ${within}` : '';
      unread.push(`${name}${place} (${isForbidden ? 'forbidden' : messageOf(error)})`);
      return [];
    }
  };
  const inNamespaces = namespace !== null;
  const [ofCluster, clusterRoles, bindings, roles] = await Promise.all([
    list<Binding>(kinds.clusterRoleBindings),
    list<Role>(kinds.clusterRoles),
    inNamespaces ? list<Binding>(kinds.roleBindings, namespace) : [],
    inNamespaces ? list<Role>(kinds.roles, namespace) : [],
  ]);
  const rulesOf = new Map(
    [...clusterRoles, ...roles].map((role) => [keyOf(role.metadata?.namespace, role.metadata?.name), role.rules ?? []]),
  );
  const grants = [...ofCluster, ...bindings].map((binding) => {
    const { kind, name } = binding.roleRef ?? {};
    const place = kind === 'ClusterRole' ? undefined : binding.metadata?.namespace;
    return { binding, rules: rulesOf.get(keyOf(place, name)) ?? [] };
  });
  return { grants, unread };
}

function keyOf(namespace: string | undefined, name: string | undefined): string {
  return `${namespace ?? ''}/${name ?? ''}`;
}

/** `ClusterRoleBinding admins of ClusterRole cluster-admin`. */
export function bindingText({ metadata, roleRef }: Binding): string {
  const kind = metadata?.namespace ? `RoleBinding ${metadata.namespace}/` : 'ClusterRoleBinding ';
  return `${kind}${metadata?.name} of ${roleRef?.kind} ${roleRef?.name}`;
}
