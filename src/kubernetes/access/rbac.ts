import type { KubernetesObject } from '../apimachinery/objects.ts';

export interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs?: string[];
}

/** A Role or a ClusterRole. */
export interface Role extends KubernetesObject {
  aggregationRule?: object;
  rules?: PolicyRule[] | null;
}

export interface Subject {
  kind?: string;
  name?: string;
  namespace?: string | undefined;
}

/** A RoleBinding or a ClusterRoleBinding. */
export interface Binding extends KubernetesObject {
  roleRef?: { kind?: string; name?: string };
  subjects?: Subject[] | null;
}

/** The action to check: on a resource, or on a path such as `/metrics`. */
export type Action =
  | { verb: string; group: string; resource: string; subresource?: string | undefined; name?: string | undefined }
  | { verb: string; path: string };

/** A possible subject: a user with its known groups, or a group alone. */
export interface Identity {
  user?: string;
  groups: readonly string[];
}

/**
 * Does a rule allow the action? For an action without a name, a rule limited to some names returns these names. Matches
 * as the API server does: a resource does not include its subresources, `*` includes everything, `*` before a
 * subresource means that subresource of every resource, and a path may end in `*`.
 */
export function allows(rule: PolicyRule, action: Action): boolean | readonly string[] {
  if (!includes(rule.verbs, action.verb)) return false;
  if ('path' in action) return (rule.nonResourceURLs ?? []).some((url) => matchesPath(url, action.path));
  const { group, resource, subresource, name } = action;
  const wanted = subresource ? [`${resource}/${subresource}`, `*/${subresource}`] : [resource];
  const { apiGroups, resources = [], resourceNames = [] } = rule;
  if (!includes(apiGroups, group) || !['*', ...wanted].some((one) => resources.includes(one))) return false;
  if (resourceNames.length === 0) return true;
  return name === undefined ? resourceNames : resourceNames.includes(name);
}

function includes(values: readonly string[] = [], wanted: string): boolean {
  return values.includes('*') || values.includes(wanted);
}

function matchesPath(url: string, path: string): boolean {
  return url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)));
}

/** Is the identity a subject of the binding? A ServiceAccount without a namespace is in the binding's own. */
export function isSubject({ subjects, metadata }: Binding, { user, groups }: Identity): boolean {
  return (subjects ?? []).some(({ kind, name = '', namespace }) => {
    if (kind === 'Group') return groups.includes(name);
    if (user === undefined) return false;
    return kind === 'ServiceAccount'
      ? user === serviceAccountUser(namespace || metadata?.namespace || '', name)
      : kind === 'User' && user === name;
  });
}

/** The API server's user name for a ServiceAccount. */
export function serviceAccountUser(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** The identity of a ServiceAccount, with the groups they all have. */
export function serviceAccount(namespace: string, name: string): Identity & { user: string } {
  return {
    user: serviceAccountUser(namespace, name),
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

/** `ServiceAccount shop/api`, `User alice`. */
export function subjectText({ kind, name, namespace }: Subject): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/** Was it created by Kubernetes itself? */
export function isBuiltIn({ metadata }: KubernetesObject): boolean {
  return metadata?.labels?.['kubernetes.io/bootstrapping'] !== undefined;
}
