import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { preferredOfEachGroup } from '../../kubernetes/client/kind-resolution.ts';

/** The kinds to choose from, grouped for display. */
export interface KindGroups {
  recent: ApiResource[];
  common: ApiResource[];
  others: ApiResource[];
}

const COMMON = [
  ...['pods', 'deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch', 'cronjobs.batch', 'services'],
  ...['ingresses.networking.k8s.io', 'configmaps', 'secrets', 'persistentvolumeclaims', 'nodes', 'namespaces'],
];
const MAX_RECENT = 5;

/** Every kind that can be listed and read, once: recently used, then common ones, then the rest by name. */
export function groupKinds(resources: readonly ApiResource[], recent: readonly string[]): KindGroups {
  const readable = preferredOfEachGroup(resources).filter(
    ({ verbs }) => verbs.includes('list') && verbs.includes('get'),
  );
  const byName = new Map(readable.map((resource) => [resourceNameOf(resource), resource]));
  const take = (names: readonly string[]): ApiResource[] =>
    names.flatMap((name) => {
      const resource = byName.get(name);
      byName.delete(name);
      return resource ? [resource] : [];
    });
  const groups = { recent: take(recent.slice(0, MAX_RECENT)), common: take(COMMON) };
  const others = [...byName.values()].sort((a, b) => a.kind.localeCompare(b.kind) || a.group.localeCompare(b.group));
  return { ...groups, others };
}

/** The recently used kinds with this one in front. */
export function withRecent(recent: readonly string[], name: string): string[] {
  return [name, ...recent.filter((other) => other !== name)].slice(0, MAX_RECENT);
}
