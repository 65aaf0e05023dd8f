import { age } from '../../apimachinery/age.ts';
import { conditionOf } from '../../apimachinery/conditions.ts';
import { selectorText } from '../../apimachinery/label-selector.ts';
import type { ObjectMeta } from '../../apimachinery/objects.ts';
import { controllerOf, isOwnedBy } from '../../apimachinery/ownership.ts';
import { type Kind, kinds } from '../../apimachinery/well-known-kinds.ts';
import { hasEnded, isActive } from '../../workloads/pods.ts';
import { isShuttingDown } from '../facts/deletion.ts';
import {
  cause,
  type Finding,
  merged,
  type Report,
  risk,
  type Section,
  someOf,
  subjectOf,
  symptom,
  withRemedies,
} from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { type Filling, listed, say } from '../facts/message.ts';
import { hasStarted, isHealthy, podLine, podState, restartsOf } from '../facts/pod-state.ts';
import type { Pod, PodSpec, Workload } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';
import { deletionFindings } from './finalizers.ts';
import { networkSections } from './network-policies.ts';
import { healthyLogRisks, podReport, startRisk } from './pods.ts';
import { creationFinding, exhaustedQuotas } from './quotas.ts';
import { brokenReferences, pullSecretRisks } from './references.ts';

const REVISION = 'deployment.kubernetes.io/revision';
/** How many different failures of pods are examined. */
const SAMPLES = 3;
const CHILDREN = 8;
const NAMES = 4;
/** The kinds that users scale. */
const SCALED: Record<string, Kind> = {
  Deployment: kinds.deployments,
  StatefulSet: kinds.statefulSets,
  ReplicaSet: kinds.replicaSets,
};

/** The number of a workload's pods: wanted, existing, and ready. */
interface Scale {
  wanted: number;
  made: number;
  ready: number;
}

/** The problems of a Deployment, and whether its rollout is stuck. */
export async function deploymentReport(deployment: Workload, lookup: Lookup): Promise<Report> {
  const namespace = deployment.metadata?.namespace;
  const labelSelector = selectorText(deployment.spec?.selector) ?? '';
  const [sets, matching] = await Promise.all([
    lookup.list<Workload>(kinds.replicaSets, namespace, { labelSelector }),
    lookup.list<Pod>(kinds.pods, namespace, { labelSelector }),
  ]);
  const own = members(sets).filter((set) => isOwnedBy(set, deployment.metadata?.uid));
  const revision = deployment.metadata?.annotations?.[REVISION];
  const current = own.find(({ metadata }) => metadata?.annotations?.[REVISION] === revision);
  const owners = own.map(({ metadata }) => metadata?.uid);
  const pods = members(matching).filter((pod) => sets === 'unknown' || isOwnedBy(pod, ...owners));
  // Newest pods first: they show why a rollout is stuck.
  const newest = pods.sort(
    (a, b) => Number(isOwnedBy(b, current?.metadata?.uid)) - Number(isOwnedBy(a, current?.metadata?.uid)),
  );
  const known = matching === 'unknown' ? matching : newest;
  const report = await workloadReport(deployment, 'Deployment', known, lookup, current);
  const live = own.filter(({ status }) => (status?.replicas ?? 0) > 0 || status === current?.status);
  return {
    ...report,
    findings: [...report.findings, ...rolloutFindings(deployment, current, live)],
    children: [
      { title: 'ReplicaSets', lines: live.map((set) => setLine(set, set === current)) },
      ...(report.children ?? []),
    ],
  };
}

/** The problems of a ReplicaSet, StatefulSet, DaemonSet or ReplicationController. */
export async function replicasReport(workload: Workload, kind: string, lookup: Lookup): Promise<Report> {
  const report = await workloadReport(workload, kind, await podsOf(workload, lookup), lookup);
  const { spec, status, metadata } = workload;
  const findings: Finding[] = [];
  if (kind === 'StatefulSet') {
    const service = spec?.serviceName && (await lookup.get(kinds.services, metadata?.namespace, spec.serviceName));
    if (service === 'absent')
      findings.push(risk(say`its Service "${spec?.serviceName}" does not exist: its pods have no DNS names`));
  }
  if (kind === 'DaemonSet' && status?.desiredNumberScheduled === 0) {
    findings.push(risk(say`no node matches its nodeSelector, affinity and tolerations`));
  }
  return { ...report, findings: [...report.findings, ...findings, ...updateFindings(workload)] };
}

/** The pods a workload owns. */
export async function podsOf(workload: Workload, lookup: Lookup): Promise<Pod[] | 'unknown'> {
  const labelSelector = selectorText(workload.spec?.selector) ?? '';
  const pods = await lookup.list<Pod>(kinds.pods, workload.metadata?.namespace, { labelSelector });
  return pods === 'unknown' ? pods : pods.filter((pod) => isOwnedBy(pod, workload.metadata?.uid));
}

/**
 * What keeps the pods from being ready, one example per failure; `kind` decides which failures count as the same. Those
 * that shut down are as they should be.
 */
export async function podsReport(
  all: readonly Pod[],
  lookup: Lookup,
  { samples, kind }: { samples: number; kind: (pod: Pod) => string } = { samples: SAMPLES, kind: podState },
): Promise<Omit<Report, 'summary' | 'children'>> {
  const pods = all.filter((pod) => !isShuttingDown(pod));
  const isWell = (pod: Pod) => isHealthy(pod) && pod.metadata?.deletionTimestamp === undefined;
  const failing = Object.values(
    Object.groupBy(
      pods.filter((pod) => !isWell(pod)),
      kind,
    ),
  );
  const flapping = pods.filter((pod) => isWell(pod) && restartsOf(pod) > 0).map((pod) => [pod]);
  const groups = [...failing.slice(0, samples), ...flapping.slice(0, samples)];
  return merged('', await Promise.all(groups.map((group = []) => sampleReport(group, lookup))));
}

async function sampleReport(group: readonly Pod[], lookup: Lookup): Promise<Omit<Report, 'summary'>> {
  const [sample] = group;
  if (!sample) return { findings: [] };
  const [report, deletion] = await Promise.all([
    podReport(sample, lookup, { references: false }),
    deletionFindings(sample, lookup),
  ]);
  const others = group.length > 1 ? say` (and ${group.length - 1} more pods ${podState(sample)})` : '';
  const findings = [...deletion, ...report.findings].map((finding) => ({
    ...finding,
    message: say`pod ${sample.metadata?.name}: ${finding.message}${others}`,
  }));
  return { ...report, findings };
}

/** The lines about pods: failing ones first, as many as fit. */
export function podsSection(pods: readonly Pod[]): Section {
  const failing = pods.filter((pod) => !isHealthy(pod));
  const sorted = [...failing, ...pods.filter(isHealthy)];
  const rest = sorted.length - CHILDREN;
  const more =
    rest > 0
      ? [
          `and ${rest} more${failing.length > CHILDREN ? `, ${failing.length - CHILDREN} of them not ready` : ', all ready'}`,
        ]
      : [];
  return { title: 'Pods', lines: [...sorted.slice(0, CHILDREN).map(podLine), ...more] };
}

async function workloadReport(
  workload: Workload,
  kind: string,
  found: Pod[] | 'unknown',
  lookup: Lookup,
  creator?: Workload,
): Promise<Report> {
  const namespace = workload.metadata?.namespace ?? '';
  const pods = members(found);
  const active = pods.filter(isActive);
  const failed = pods.filter(({ status }) => status?.phase === 'Failed');
  const { wanted, ready } = scaleOf(workload);
  const [own, creators, ofPods, references, logs, network, pulls] = await Promise.all([
    warningsOf(workload, kind, lookup),
    creator ? warningsOf(creator, 'ReplicaSet', lookup) : [],
    podsReport(
      pods.filter((pod) => !failed.includes(pod)),
      lookup,
    ),
    brokenReferences(withClaims(workload, pods), namespace, lookup),
    healthyLogRisks(active.filter(isHealthy).slice(0, 1), lookup),
    networkSections(namespace, workload.spec?.template?.metadata?.labels, lookup),
    pullSecretRisks(workload.spec?.template?.spec ?? {}, namespace, lookup),
  ]);
  const warnings = [...own, ...creators];
  const started = active.length > 0 && active.every(hasStarted);
  const findings = started ? references.map(startRisk) : [...references];
  const count = podCount(workload, pods.filter((pod) => !hasEnded(pod) && takesPlace(kind, pod)).length);
  if (count < wanted) {
    const refused = creationFinding(workload, warnings, pods);
    const known = refused
      ? [refused]
      : references.length > 0
        ? []
        : await exhaustedQuotas(namespace, workload.spec?.template?.spec, lookup);
    findings.push(...known, symptom(say`it has ${count} of ${wanted} pods`));
  } else if (found === 'unknown' && ready < wanted) {
    findings.push(symptom(say`${wanted - ready} of its ${wanted} pods are not ready, and they could not be looked at`));
  }
  if (wanted === 0 && kind !== 'DaemonSet') {
    const idle = risk(say`it is scaled to 0: no pods are wanted`);
    const scaled = SCALED[kind];
    findings.push(scaled ? withRemedies(idle, subjectOf(scaled, workload), 'scale') : idle);
  }
  // Pods that failed, as by an eviction, explain something only where they have not been replaced and nothing else does.
  const isExplained = [...findings, ...ofPods.findings].some(({ level }) => level === 'cause');
  const ofFailed = ready >= wanted ? { findings: replacedRisks(failed.map(endOf)) } : await podsReport(failed, lookup);
  return {
    ...merged(`${ready}/${wanted} ready`, [
      { findings },
      ofPods,
      isExplained ? asRisks(ofFailed) : ofFailed,
      { findings: [...logs, ...pulls], warnings },
    ]),
    children: [podsSection(pods), ...network],
  };
}

/** How many pods a workload has, of which so many could be seen: a list read in part has fewer than its controller counts. */
export function podCount(workload: Workload | undefined, seen: number): number {
  return Math.max(seen, workload ? scaleOf(workload).made : 0);
}

/** Does a pod that has not ended count as one of those wanted? A StatefulSet makes the next only when the last is gone. */
export function takesPlace(kind: string, { metadata }: { metadata?: ObjectMeta }): boolean {
  return kind === 'StatefulSet' || metadata?.deletionTimestamp === undefined;
}

/** A pod that failed, and how: `web-1 (Evicted)`. */
export function endOf(pod: Pod): string {
  return `${pod.metadata?.name} (${pod.status?.reason ?? podState(pod)})`;
}

/** The pods that failed and of which nothing is left to explain. */
export function replacedRisks(ends: readonly string[]): Finding[] {
  if (ends.length === 0) return [];
  return [
    risk(
      ends.length === 1
        ? say`1 pod that failed has been replaced: ${someOf(ends)}`
        : say`${ends.length} pods that failed have been replaced: ${someOf(ends, NAMES)}`,
    ),
  ];
}

/** Does what the pod belongs to make up for its failure? A Job only counts it, and is over it if it is one of the `settled`. */
export function isReplaced({ metadata }: { metadata?: ObjectMeta }, settled: ReadonlySet<unknown>): boolean {
  const owner = controllerOf({ metadata });
  if (owner?.kind === 'Job') return settled.has(owner.uid);
  return ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController'].includes(String(owner?.kind));
}

/** The report of what no longer holds anything up. */
export function asRisks(report: Omit<Report, 'summary'>): Omit<Report, 'summary'> {
  return { ...report, findings: report.findings.map((finding) => ({ ...finding, level: 'risk' })) };
}

// A StatefulSet's claims are made from templates, so only its pods name them.
function withClaims({ spec }: Workload, pods: readonly Pod[]): PodSpec {
  const template = spec?.template?.spec ?? {};
  const failing = pods.find((pod) => !isHealthy(pod));
  const claims = (failing?.spec?.volumes ?? []).filter((volume) => volume.persistentVolumeClaim);
  return { ...template, volumes: [...(template.volumes ?? []), ...claims] };
}

function rolloutFindings(deployment: Workload, current: Workload | undefined, live: readonly Workload[]): Finding[] {
  const { spec } = deployment;
  const subject = subjectOf(kinds.deployments, deployment);
  const old = live.filter((set) => set !== current);
  const held = !current || old.length > 0;
  const paused = spec?.paused
    ? [
        held
          ? cause(say`its rollout is paused: its pods stay as they are until it is resumed`)
          : risk(say`its rollout is paused`),
      ]
    : [];
  const { wanted, ready } = scaleOf(current ?? { spec: { replicas: 0 } });
  const serving = someOf(
    old.map((set) => say`${set.metadata?.name} still serves ${set.status?.readyReplicas ?? 0}`),
    old.length,
  );
  const state = current
    ? say`new ReplicaSet ${current.metadata?.name} (${imagesOf(current)}) has ${ready} of ${wanted} ready`
    : '';
  const progressing = conditionOf(deployment, 'Progressing');
  if (progressing?.status === 'False') {
    const parts = listed([state, serving, progressing.reason]);
    const stuck = symptom(say`its rollout is stuck: ${parts}`);
    return [old.length > 0 ? withRemedies(stuck, subject, 'rollBack') : stuck, ...paused];
  }
  if (current && old.length > 0) {
    const incomplete = symptom(say`its rollout is not complete: ${state}; ${serving}`);
    return [withRemedies(incomplete, subject, 'rollBack'), ...paused];
  }
  return paused;
}

/** What of the newest template the pods of a StatefulSet or DaemonSet do not have, and why. */
function updateFindings({ spec, status = {} }: Workload): Finding[] {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  const { updatedReplicas = 0, updatedNumberScheduled = updatedReplicas } = status;
  const old = (status.currentNumberScheduled ?? status.replicas ?? 0) - updatedNumberScheduled;
  const isUpdated = status.currentRevision !== undefined && status.currentRevision === status.updateRevision;
  if (type === 'OnDelete')
    // Pods that shut down are not counted as updated.
    return old > 0 && !isUpdated
      ? [risk(say`${old} of its pods have the old template until they are deleted (OnDelete)`)]
      : [];
  // Advanced only when every pod is updated, which a partition prevents.
  if (status.currentRevision === status.updateRevision) return [];
  const { partition = 0 } = rollingUpdate ?? {};
  const wanted = Math.max(0, (spec?.replicas ?? 1) - partition);
  const kept = Math.min(partition, old);
  return [
    ...(updatedReplicas < wanted
      ? [symptom(say`its update is not complete: ${updatedReplicas} of ${wanted} pods are updated`)]
      : []),
    ...(kept > 0 ? [risk(say`${kept} of its pods keep the old template: partition ${partition} holds them back`)] : []),
  ];
}

export function scaleOf({ spec, status }: Workload): Scale {
  return {
    wanted: status?.desiredNumberScheduled ?? spec?.replicas ?? 1,
    made: status?.currentNumberScheduled ?? status?.replicas ?? 0,
    ready: status?.numberReady ?? status?.readyReplicas ?? 0,
  };
}

function setLine(set: Workload, isCurrent: boolean): string {
  const { wanted, ready } = scaleOf(set);
  const revision = set.metadata?.annotations?.[REVISION] ?? '?';
  return `${set.metadata?.name} ${ready}/${wanted} revision ${revision}${isCurrent ? ' (current)' : ''} ${imagesOf(set)} ${age(set.metadata?.creationTimestamp)}`;
}

function imagesOf({ spec }: Workload): Filling {
  return someOf(
    (spec?.template?.spec?.containers ?? []).map(({ image = '' }) => image),
    2,
  );
}
