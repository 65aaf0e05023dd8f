import { type ApiResource, isCustom } from '../apimachinery/api-resource.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { statusFindings } from './facts/conditions.ts';
import { merged, type Report, ranked } from './facts/finding.ts';
import type { Lookup } from './facts/lookup.ts';
import type { Claim, Node, Pod, Service, Workload } from './facts/types.ts';
import { inOrder, warningsOf } from './facts/warnings.ts';
import { type Autoscaler, autoscalerReport } from './rules/autoscalers.ts';
import { deletionFindings } from './rules/finalizers.ts';
import { type Ingress, ingressReport } from './rules/ingresses.ts';
import { cronJobReport, jobReport } from './rules/jobs.ts';
import { namespaceReport } from './rules/namespaces.ts';
import { nodeReport } from './rules/nodes.ts';
import { ownedReport, ownersOf } from './rules/owned.ts';
import { podReport } from './rules/pods.ts';
import { type Quota, quotaReport } from './rules/quotas.ts';
import { serviceReport } from './rules/services.ts';
import { claimReport } from './rules/volumes.ts';
import { deploymentReport, replicasReport } from './rules/workloads.ts';

/** Everything that was found out about an object. */
export interface Diagnosis extends Required<Report> {
  /** From its controller up. */
  owners: string[];
}

type Topic = (object: KubernetesObject, lookup: Lookup) => Promise<Report>;

const replicas: Topic = (object, lookup) => replicasReport(object as Workload, object.kind ?? '', lookup);

/** Who knows a kind; every other kind is judged by its status, its events and what it owns. */
const TOPICS: Record<string, Topic> = {
  pods: (object, lookup) => podReport(object as Pod, lookup, { references: true }),
  nodes: (object, lookup) => nodeReport(object as Node, lookup),
  services: (object, lookup) => serviceReport(object as Service, lookup),
  namespaces: namespaceReport,
  persistentvolumeclaims: (object, lookup) => claimReport(object as Claim, lookup),
  resourcequotas: async (object) => quotaReport(object as Quota),
  replicationcontrollers: replicas,
  'deployments.apps': (object, lookup) => deploymentReport(object as Workload, lookup),
  'replicasets.apps': replicas,
  'statefulsets.apps': replicas,
  'daemonsets.apps': replicas,
  'jobs.batch': (object, lookup) => jobReport(object as Workload, lookup),
  'cronjobs.batch': (object, lookup) => cronJobReport(object as Workload, lookup),
  'ingresses.networking.k8s.io': (object, lookup) => ingressReport(object as Ingress, lookup),
  'horizontalpodautoscalers.autoscaling': (object, lookup) => autoscalerReport(object as Autoscaler, lookup),
};

/** Finds out what is likely wrong with an object of any kind, the cause first. */
export async function diagnose(object: KubernetesObject, resource: ApiResource, lookup: Lookup): Promise<Diagnosis> {
  const topic = TOPICS[resource.group ? `${resource.name}.${resource.group}` : resource.name];
  const [report, deletion, owners] = await Promise.all([
    topic ? topic(object, lookup) : otherReport(object, resource, lookup),
    deletionFindings(object, lookup),
    ownersOf(object, lookup),
  ]);
  const { evidence = [], children = [], warnings = [], findings, summary } = report;
  return {
    summary,
    findings: ranked([...deletion, ...findings, ...owners.findings]),
    evidence,
    children: children.filter(({ lines }) => lines.length > 0),
    warnings: inOrder(warnings),
    owners: owners.names,
  };
}

async function otherReport(object: KubernetesObject, resource: ApiResource, lookup: Lookup): Promise<Report> {
  const [owned, warnings] = await Promise.all([ownedReport(object, lookup), warningsOf(object, resource.kind, lookup)]);
  const findings = statusFindings(object, isCustom(resource) && resource.subresources.includes('status'));
  return merged(statusText(object), [{ findings }, owned, { findings: [], warnings }]);
}

// The plain values of the status: phases, counts, addresses.
function statusText({ status }: KubernetesObject): string {
  const plain = Object.entries(isObject(status) ? status : {}).filter(
    ([key, value]) => typeof value !== 'object' && !/(Generation|Time|Timestamp|message)$/.test(key),
  );
  return plain
    .slice(0, 6)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');
}
