import { textAt } from '../apimachinery/fields.ts';
import { controllerOf } from '../apimachinery/ownership.ts';
import type { Pod } from './pods.ts';

/** What runs a pod, as a user thinks of it. */
export interface Workload {
  namespace: string;
  /** `Pod` for one that nothing runs. */
  kind: string;
  name: string;
}

/** Of a Deployment's pods: what the name of their ReplicaSet ends with. */
export const HASH_LABEL = 'pod-template-hash';

/** The workload of a pod: for one of a ReplicaSet, the Deployment that its name and label tell of. */
export function workloadOf(pod: Pod): Workload {
  const { namespace = '', name = '', labels } = pod.metadata ?? {};
  const owner = controllerOf(pod);
  const [kind, own] = [textAt(owner, 'kind'), textAt(owner, 'name')];
  if (kind === undefined || own === undefined) return { namespace, kind: 'Pod', name };
  const hash = textAt(labels, HASH_LABEL);
  if (kind === 'ReplicaSet' && hash !== undefined && own.endsWith(`-${hash}`))
    return { namespace, kind: 'Deployment', name: own.slice(0, -hash.length - 1) };
  return { namespace, kind, name: own };
}

/** A regular expression that the names of its pods match, former ones too. */
export function podNamePattern({ kind, name }: Workload): string {
  // The name of an owner may hold anything: `.` is any character, here and in Prometheus.
  const base = name.replaceAll(/[^a-z0-9-]/g, '.');
  if (kind === 'Deployment') return `${base}-[a-z0-9]{1,10}-[a-z0-9]{5}`;
  if (kind === 'StatefulSet') return `${base}-[0-9]+`;
  return kind === 'Pod' ? base : `${base}-[a-z0-9]{5}`;
}
