import { type ApiResource, resourceNameOf } from '../apimachinery/api-resource.ts';
import { type Kind, kinds } from '../apimachinery/well-known-kinds.ts';

/** A built-in kind whose objects make pods. */
export interface WorkloadKind {
  kind: string;
  resource: Kind;
  /** The fields that lead to the spec of its pods. */
  podSpec: readonly string[];
  /** A change of the template is rolled out, and what was before is kept as revisions. */
  hasRollouts: boolean;
  /** Its pods run to an end, and it can be suspended. */
  isBatch: boolean;
}

const TEMPLATE = ['spec', 'template', 'spec'];
const ORDINARY = { podSpec: TEMPLATE, hasRollouts: false, isBatch: false };
const ROLLED_OUT = { ...ORDINARY, hasRollouts: true };
const BATCH = { ...ORDINARY, isBatch: true };

/** Every kind whose objects make pods, the usual ones first. */
export const WORKLOAD_KINDS: readonly WorkloadKind[] = [
  { kind: 'Deployment', resource: kinds.deployments, ...ROLLED_OUT },
  { kind: 'StatefulSet', resource: kinds.statefulSets, ...ROLLED_OUT },
  { kind: 'DaemonSet', resource: kinds.daemonSets, ...ROLLED_OUT },
  { kind: 'ReplicaSet', resource: kinds.replicaSets, ...ORDINARY },
  { kind: 'ReplicationController', resource: kinds.replicationControllers, ...ORDINARY },
  { kind: 'CronJob', resource: kinds.cronJobs, ...BATCH, podSpec: ['spec', 'jobTemplate', ...TEMPLATE] },
  { kind: 'Job', resource: kinds.jobs, ...BATCH },
];

/** What is known of a kind whose objects make pods; undefined for any other. */
export function workloadKind(resource: Pick<ApiResource, 'group' | 'name'>): WorkloadKind | undefined {
  return WORKLOAD_KINDS.find((one) => one.resource.group === resource.group && one.resource.name === resource.name);
}

/** Those that fit, without their versions: `deployments.apps`. */
export function workloadNames(fits: (kind: WorkloadKind) => boolean = () => true): string[] {
  return WORKLOAD_KINDS.filter(fits).map(({ resource }) => resourceNameOf(resource));
}

/** Does an object of the kind have pods, without being one: does it make them, or is it a Service? */
export function leadsToPods(resource: Pick<ApiResource, 'group' | 'name'>): boolean {
  return workloadKind(resource) !== undefined || resourceNameOf(resource) === 'services';
}
