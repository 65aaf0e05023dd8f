import { type ApiResource, isCustom, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { preferredOfEachGroup } from '../../kubernetes/client/kind-resolution.ts';

/** The groups of kinds, in display order. */
const GROUPS = [
  'workloads',
  'network',
  'config',
  'storage',
  'nodes',
  'custom',
  'access',
  'events',
  'administration',
] as const;

export type KindGroup = (typeof GROUPS)[number];

/** The kinds of each group; those named here come first. */
const MEMBERS: Record<
  Exclude<KindGroup, 'nodes' | 'custom' | 'events' | 'administration'>,
  { kinds: readonly string[]; groups: RegExp }
> = {
  workloads: {
    kinds: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet', 'ReplicationController'],
    groups: /^(apps|batch|autoscaling|policy)$/,
  },
  network: {
    kinds: ['Service', 'Ingress', 'NetworkPolicy', 'Endpoints'],
    groups: /^(discovery|(.*\.)?networking)\.k8s\.io$/,
  },
  config: { kinds: ['ConfigMap', 'Secret', 'ResourceQuota', 'LimitRange'], groups: /^$/ },
  storage: {
    kinds: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'],
    groups: /^(.*\.)?storage\.k8s\.io$/,
  },
  access: { kinds: ['ServiceAccount'], groups: /^(rbac\.authorization|certificates)\.k8s\.io$/ },
};

/** What other kinds show already: the same events again, figures of pods and nodes, and a kind that is given up. */
const NOT_SHOWN = /^(events\.events\.k8s\.io|\w+\.metrics\.k8s\.io|componentstatuses)$/;

/** The kinds that can be listed and read, group by group; empty groups are left out. */
export function kindGroups(
  resources: readonly ApiResource[],
  namespaced: boolean,
): { group: KindGroup; kinds: ApiResource[] }[] {
  const shown = preferredOfEachGroup(resources).filter(
    (resource) =>
      resource.namespaced === namespaced &&
      resource.verbs.includes('list') &&
      resource.verbs.includes('get') &&
      !NOT_SHOWN.test(resourceNameOf(resource)),
  );
  return GROUPS.flatMap((group) => {
    const kinds = shown.filter((resource) => groupOf(resource) === group).sort(inOrder(group));
    return kinds.length === 0 ? [] : [{ group, kinds }];
  });
}

/** The group of a kind. */
function groupOf({ kind, group }: Pick<ApiResource, 'kind' | 'group'>): KindGroup {
  if (isCustom({ group })) return 'custom';
  const core = group === '';
  if (core && kind === 'Node') return 'nodes';
  if (core && kind === 'Event') return 'events';
  for (const [name, { kinds, groups }] of Object.entries(MEMBERS)) {
    if ((core && kinds.includes(kind)) || (!core && groups.test(group))) return name as KindGroup;
  }
  return 'administration';
}

function inOrder(group: KindGroup): (a: ApiResource, b: ApiResource) => number {
  const first: readonly string[] = group in MEMBERS ? MEMBERS[group as keyof typeof MEMBERS].kinds : ['Namespace'];
  const rank = ({ kind }: ApiResource) => (first.includes(kind) ? first.indexOf(kind) : first.length);
  return (a, b) => rank(a) - rank(b) || a.kind.localeCompare(b.kind) || a.group.localeCompare(b.group);
}
