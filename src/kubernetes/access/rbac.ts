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
  namespace?: string;
}

/** A RoleBinding or a ClusterRoleBinding. */
export interface Binding extends KubernetesObject {
  roleRef?: { kind?: string; name?: string };
  subjects?: Subject[] | null;
}

/** What somebody wants to do: to a resource, or to a path such as `/metrics`. */
export type Action =
  | { verb: string; group: string; resource: string; subresource?: string | undefined; name?: string | undefined }
  | { verb: string; path: string };

/** Somebody who may be a subject: a user with the groups that are known of it, or a group alone. */
export interface Identity {
  user?: string;
  groups: readonly string[];
}

/**
 * Does a rule allow the action? For an action without a name, a rule that allows it for some names answers with these.
 * The API server's own rules of matching: a resource does not include its subresources, a star includes everything, one
 * before a subresource that of every resource, and a path may end in one.
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

/** Is the identity among the subjects of the binding? A ServiceAccount without a namespace is one of the binding's own. */
export function isSubject({ subjects, metadata }: Binding, { user, groups }: Identity): boolean {
  return (subjects ?? []).some(({ kind, name = '', namespace }) => {
    if (kind === 'Group') return groups.includes(name);
    if (user === undefined) return false;
    return kind === 'ServiceAccount'
      ? user === serviceAccountUser(namespace || metadata?.namespace || '', name)
      : kind === 'User' && user === name;
  });
}

/** The name by which the API server knows a ServiceAccount. */
export function serviceAccountUser(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** The identity of a ServiceAccount, with the groups that every one of them has. */
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

/** Is it one that Kubernetes makes itself? */
export function isBuiltIn({ metadata }: KubernetesObject): boolean {
  return metadata?.labels?.['kubernetes.io/bootstrapping'] !== undefined;
}
