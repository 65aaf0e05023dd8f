import { conditionOf } from '../../apimachinery/conditions.ts';
import { selectorText } from '../../apimachinery/label-selector.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { counted } from '../../apimachinery/texts.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { longRunning } from '../../workloads/containers.ts';
import { METRICS_GROUP } from '../../workloads/metrics-api.ts';
import { isActive, type Resources } from '../../workloads/pods.ts';
import { cause, type Finding, type Report, risk, symptom } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import type { Pod, PodSpec, Workload } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';

interface Metric {
  type: string;
  resource?: { name: string; target?: { type?: string; averageUtilization?: number; averageValue?: string } };
  containerResource?: { name: string; container: string; target?: { type?: string; averageUtilization?: number } };
}

export interface Autoscaler extends KubernetesObject {
  spec?: {
    scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string };
    minReplicas?: number;
    maxReplicas?: number;
    metrics?: Metric[];
  };
  status?: { currentReplicas?: number; desiredReplicas?: number };
}

/** The problems of a HorizontalPodAutoscaler: its target, its metrics, its limits. */
export async function autoscalerReport(autoscaler: Autoscaler, lookup: Lookup): Promise<Report> {
  const { spec, status } = autoscaler;
  const [target, metrics, warnings] = await Promise.all([
    targetOf(autoscaler, lookup),
    metricsFindings(spec?.metrics ?? [], lookup),
    warningsOf(autoscaler, 'HorizontalPodAutoscaler', lookup),
  ]);
  const name = `${spec?.scaleTargetRef?.kind ?? '?'} ${spec?.scaleTargetRef?.name ?? '?'}`;
  const findings: Finding[] = [];
  if (target === 'absent') findings.push(cause(say`the ${name} that it scales does not exist`));
  else {
    findings.push(...metrics);
    // Where it scales it has metrics to go by.
    if (target !== 'unknown' && conditionOf(autoscaler, 'ScalingActive')?.status !== 'True')
      findings.push(...missingRequests(spec?.metrics ?? [], await podSpecsOf(target, lookup), name));
  }
  const known = findings.length > 0;
  for (const type of ['AbleToScale', 'ScalingActive']) {
    const condition = conditionOf(autoscaler, type);
    if (condition?.status !== 'False') continue;
    // Scaled to 0 by hand, which disables the autoscaler.
    const finding = condition.reason === 'ScalingDisabled' ? risk : known ? symptom : cause;
    const { reason = '', message = '' } = condition;
    findings.push(finding(known ? say`${type} is False (${reason})` : say`it cannot scale: ${message} (${reason})`));
  }
  const limited = conditionOf(autoscaler, 'ScalingLimited');
  if (limited?.status === 'True' && limited.reason === 'TooManyReplicas') {
    findings.push(risk(say`it is at its maximum of ${spec?.maxReplicas} replicas and would like more`));
  }
  const range = `${spec?.minReplicas ?? 1}–${spec?.maxReplicas}`;
  return {
    summary: `${name}, ${counted(status?.currentReplicas ?? 0, 'replica')}, wants ${status?.desiredReplicas ?? 0}, may have ${range}`,
    findings,
    warnings,
  };
}

async function targetOf({ spec, metadata }: Autoscaler, lookup: Lookup): Promise<Workload | 'absent' | 'unknown'> {
  const { kind = '', apiVersion = '', name = '' } = spec?.scaleTargetRef ?? {};
  const resource = await lookup.kindOf(kind, apiVersion);
  return resource ? lookup.get<Workload>(resource, metadata?.namespace, name) : 'unknown';
}

async function metricsFindings(metrics: readonly Metric[], lookup: Lookup): Promise<Finding[]> {
  const needed = metrics.some(({ type }) => type === 'Resource' || type === 'ContainerResource');
  if (!needed || (await lookup.serves(METRICS_GROUP))) return [];
  return [
    cause(say`the cluster has no working metrics API (metrics.k8s.io): is metrics-server installed and healthy?`),
  ];
}

/** Of the living pods, to which admission may have added requests; of the template where none can be had. */
async function podSpecsOf({ spec, metadata }: Workload, lookup: Lookup): Promise<PodSpec[]> {
  const labelSelector = selectorText(spec?.selector);
  const pods = labelSelector ? members(await lookup.list<Pod>(kinds.pods, metadata?.namespace, { labelSelector })) : [];
  const living = pods.filter(isActive);
  return living.length > 0 ? living.map((pod) => pod.spec ?? {}) : [spec?.template?.spec ?? {}];
}

/** A utilization target is a percentage of the requests, so every container of every pod needs them. */
function missingRequests(metrics: readonly Metric[], pods: readonly PodSpec[], name: string): Finding[] {
  return metrics.flatMap(({ resource, containerResource }) => {
    const metric = resource ?? containerResource;
    if (metric?.target?.type !== 'Utilization') return [];
    const lacking = pods.flatMap((pod) => lackingContainers(pod, metric.name, containerResource?.container));
    if (lacking.length === 0) return [];
    const names = [...new Set(lacking)].join(', ');
    return [
      cause(
        say`it has no metrics to go by: container ${names} of ${name} has no ${metric.name} request, of which ${metric.target.averageUtilization}% are its target`,
      ),
    ];
  });
}

/** The names of containers that count, all or the one named, and have no request. */
function lackingContainers(spec: PodSpec, metric: string, named: string | undefined): string[] {
  if (named === undefined && hasRequest(spec.resources, metric)) return [];
  return longRunning(spec)
    .filter((container) => (named ?? container.name) === container.name && !hasRequest(container.resources, metric))
    .map((container) => container.name);
}

// A limit alone becomes the request too.
function hasRequest({ requests, limits }: Resources = {}, metric: string): boolean {
  return requests?.[metric] !== undefined || limits?.[metric] !== undefined;
}
