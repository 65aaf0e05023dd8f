import type { KubernetesObject } from '../apimachinery/objects.ts';

/** What others depend on first; what acts on requests last, when what it calls is there. */
const ORDER: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  ['PriorityClass', 'StorageClass', 'RuntimeClass', 'IngressClass', 'VolumeAttributesClass', 'DeviceClass'],
  ['ResourceQuota', 'LimitRange', 'NetworkPolicy'],
  ['ServiceAccount'],
  ['ClusterRole', 'Role'],
  ['ClusterRoleBinding', 'RoleBinding'],
  ['Secret', 'ConfigMap'],
  ['PersistentVolume'],
  ['PersistentVolumeClaim'],
  ['Service'],
  ['Pod', 'ReplicationController', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
];
const LAST: readonly (readonly string[])[] = [
  ['HorizontalPodAutoscaler', 'PodDisruptionBudget', 'Ingress'],
  ['APIService'],
  ['ValidatingAdmissionPolicy', 'MutatingAdmissionPolicy'],
  ['ValidatingAdmissionPolicyBinding', 'MutatingAdmissionPolicyBinding'],
  ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
];
const BUILT_IN = /^(?:v1|(?:apps|batch|autoscaling|policy|(?:[a-z0-9-]+\.)+k8s\.io)\/.*)$/;

/** In the order in which objects of a manifest are applied; objects of one rank keep theirs. */
export function inApplyOrder<T extends { object: KubernetesObject }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => rankOf(a.object) - rankOf(b.object));
}

/** Kinds of others, between the workloads that serve them and what selects workloads. */
function rankOf({ apiVersion = '', kind = '' }: KubernetesObject): number {
  const others = ORDER.length;
  if (!BUILT_IN.test(apiVersion)) return others;
  const [first, last] = [ORDER, LAST].map((order) => order.findIndex((kinds) => kinds.includes(kind)));
  if (first !== undefined && first >= 0) return first;
  return last !== undefined && last >= 0 ? others + 1 + last : others;
}
