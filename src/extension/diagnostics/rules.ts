import type { PolicyRule } from '../../kubernetes/access/rbac.ts';

/** The kinds a verb is allowed for, by plural name and group, common ones first; `*` stands for all. */
export function allowedKinds(rules: readonly PolicyRule[], verb: string): string[] {
  const kinds = new Set<string>();
  for (const { verbs = [], apiGroups = [], resources = [], resourceNames = [] } of rules) {
    // A rule for certain names does not allow the verb in general.
    if (resourceNames.length > 0 || !(verbs.includes(verb) || verbs.includes('*'))) continue;
    for (const group of apiGroups)
      for (const resource of resources) {
        if (group === '*' && resource === '*') return ['*'];
        kinds.add(group === '' ? resource : `${resource}.${group}`);
      }
  }
  const place = (kind: string) => (COMMON.indexOf(kind) + COMMON.length + 1) % (COMMON.length + 1);
  return [...kinds].sort((a, b) => place(a) - place(b) || a.localeCompare(b, 'en'));
}

const COMMON = [
  ...['pods', 'deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch', 'cronjobs.batch'],
  ...['services', 'ingresses.networking.k8s.io', 'configmaps', 'secrets', 'persistentvolumeclaims'],
];

/** Does `allowedKinds` include the kind, or a subresource such as `pods/exec`? */
export function includesKind(kinds: readonly string[], kind: string): boolean {
  const [resource = '', group = ''] = kind.split(/\.(.*)/s);
  const wildcard = `*${group ? `.${group}` : ''}`;
  return kinds.some((allowed) => ['*', '*.*', wildcard, kind, `${resource}.*`].includes(allowed));
}
