import { type Kind, kinds } from '../../apimachinery/well-known-kinds.ts';
import { isShuttingDown } from '../facts/deletion.ts';
import { about, type Finding, risk, someOf, symptom, within } from '../facts/finding.ts';
import { type Lookup, present } from '../facts/lookup.ts';
import { type Message, say } from '../facts/message.ts';
import { hasCompleted, isRowReady, placeOf, type Row, rowsOf } from '../facts/rows.ts';
import type { Claim, Pod, Workload } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';
import { deletionFindings } from './finalizers.ts';
import { settledJobs } from './jobs.ts';
import { podReport } from './pods.ts';
import { creationFinding } from './quotas.ts';
import { claimFindings } from './volumes.ts';
import { isReplaced, podCount, replacedRisks, takesPlace } from './workloads.ts';

/** How many groups of failing pods are examined and reported. */
const GROUPS_EXPLAINED = 6;
const GROUPS = 10;
const WORKLOADS = 4;
const CLAIMS = 3;
const NAMES = 4;

/** The kinds of which pods are wanted in a number. */
const WORKLOAD_KINDS = { Deployment: kinds.deployments, StatefulSet: kinds.statefulSets, DaemonSet: kinds.daemonSets };

/** The state of the pods and workloads of a whole cluster. */
export interface ClusterWorkloads {
  /** `2018 pods, 4 not ready`. */
  summary: Message;
  findings: Finding[];
}

/** Failing pods, grouped by failure; workloads that lack pods; claims and Jobs. */
export async function clusterWorkloads(namespace: string | undefined, lookup: Lookup): Promise<ClusterWorkloads> {
  const [pods, over, claims, jobs, deployments, statefulSets, daemonSets] = await Promise.all([
    rowsOf(kinds.pods, namespace, lookup),
    // Their STATUS may be that of pods which go on, such as Error or Completed.
    rowsOf(kinds.pods, namespace, lookup, { fieldSelector: 'status.phase!=Running,status.phase!=Pending' }),
    rowsOf(kinds.claims, namespace, lookup),
    rowsOf(kinds.jobs, namespace, lookup),
    rowsOf(kinds.deployments, namespace, lookup),
    rowsOf(kinds.statefulSets, namespace, lookup),
    rowsOf(kinds.daemonSets, namespace, lookup),
  ]);
  const all = pods === 'unknown' ? [] : pods;
  const isWhole = lookup.partial.size === 0;
  const ended = new Set((over === 'unknown' ? all.filter(hasCompleted) : over).map(placeOf));
  const hasEnded = (row: Row) => ended.has(placeOf(row));
  const bad = all.filter((row) => !isRowReady(row) && !isShuttingDown(row) && !(hasEnded(row) && hasCompleted(row)));
  const ofJobRows = jobs === 'unknown' ? [] : jobs;
  const settled = settledJobs(ofJobRows, (row) => row.cell('status') === 'Complete');
  const { replaced = [], failing = [] } = Object.groupBy(bad, (row) =>
    hasEnded(row) && isReplaced(row, settled) ? 'replaced' : 'failing',
  );
  const made = pods !== 'unknown' && isWhole ? all.filter((row) => !hasEnded(row)) : 'unknown';
  const lacking = [
    ...lackingReplicas('Deployment', deployments, made),
    ...lackingReplicas('StatefulSet', statefulSets, made),
    ...lackingOnNodes(daemonSets, made),
  ];
  const [ofPods, ofClaims, ofWorkloads] = await Promise.all([
    podFindings(failing, lookup),
    claimRows(claims === 'unknown' ? [] : claims, lookup),
    workloadFindings(lacking, made, lookup),
  ]);
  const failedJobs = ofJobRows.filter((row) => row.cell('status') === 'Failed' && !settled.has(row.metadata.uid));
  const ofJobs =
    failedJobs.length > 0
      ? [
          ofFirst(
            kinds.jobs,
            failedJobs,
            symptom(
              failedJobs.length === 1
                ? say`1 Job failed: ${someOf(failedJobs.map(placeOf), NAMES)}`
                : say`${failedJobs.length} Jobs failed: ${someOf(failedJobs.map(placeOf), NAMES)}`,
            ),
          ),
        ]
      : [];
  return {
    summary: pods === 'unknown' ? say`pods unknown` : say`${all.length} pods, ${bad.length} not ready`,
    findings: [
      ...ofPods,
      ...ofWorkloads,
      ...ofClaims,
      ...ofJobs,
      ...replacedRisks(replaced.map((row) => `${placeOf(row)} (${row.cell('status')})`)).map((finding) =>
        ofFirst(kinds.pods, replaced, finding),
      ),
      ...restartRisks(all),
    ],
  };
}

async function podFindings(bad: readonly Row[], lookup: Lookup): Promise<Finding[]> {
  const groups = [
    ...Map.groupBy(bad, (row) => `${row.namespace} ${keyOf(workloadOf(row))} ${row.cell('status')}`).values(),
  ].sort((a, b) => b.length - a.length);
  const shown = groups.slice(0, GROUPS);
  const found = await Promise.all(shown.map((group, index) => groupFinding(group, index < GROUPS_EXPLAINED, lookup)));
  const rest = groups.slice(GROUPS).flat();
  return [
    ...found.flat(),
    ...(rest.length > 0
      ? [symptom(say`${rest.length} more pods are not ready: ${someOf(rest.map(placeOf), NAMES)}`)]
      : []),
  ];
}

async function groupFinding(group: readonly Row[], explained: boolean, lookup: Lookup): Promise<Finding[]> {
  const [row] = group;
  if (!row) return [];
  const status = row.cell('status') === 'Running' ? say`not ready` : row.cell('status');
  const what =
    group.length > 1 ? say`${group.length} pods of ${row.namespace}/${workloadOf(row).name}` : say`pod ${placeOf(row)}`;
  const plain = about(kinds.pods, row, symptom(say`${what}: ${status}`));
  if (!explained) return [plain];
  const pod = present(await lookup.get<Pod>(kinds.pods, row.namespace, row.name));
  if (!pod) return [plain];
  const [deletion, report] = await Promise.all([
    deletionFindings(pod, lookup),
    podReport(pod, lookup, { references: false }),
  ]);
  const findings = [...deletion, ...report.findings];
  const reason = findings.find(({ level }) => level === 'cause') ?? findings.find(({ level }) => level === 'symptom');
  return [reason ? about(kinds.pods, row, within(what, reason)) : plain];
}

/** What makes the pod anew: a ReplicaSet's name is its Deployment's and the hash that its pods are labelled with. */
function workloadOf({ owner, name, metadata }: Row): { kind: string; name: string } {
  if (!owner) return { kind: 'Pod', name };
  const suffix = `-${metadata.labels?.['pod-template-hash']}`;
  return owner.kind === 'ReplicaSet' && owner.name.endsWith(suffix)
    ? { kind: 'Deployment', name: owner.name.slice(0, -suffix.length) }
    : owner;
}

function keyOf({ kind, name }: { kind: string; name: string }): string {
  return `${kind} ${name}`;
}

/** A workload with fewer pods than wanted; failing pods are reported instead of their workload. */
interface Lacking {
  kind: keyof typeof WORKLOAD_KINDS;
  row: Row;
  has: number;
  wanted: number;
  /** Its pods that could be seen. */
  pods: readonly Row[];
}

async function workloadFindings(all: readonly Lacking[], pods: Row[] | 'unknown', lookup: Lookup): Promise<Finding[]> {
  const found = await Promise.all(
    all.slice(0, WORKLOADS).map(async ({ kind, row, has: seen, wanted, pods: own }): Promise<Finding[]> => {
      const resource = WORKLOAD_KINDS[kind];
      const workload = present(await lookup.get<Workload>(resource, row.namespace, row.name));
      const has = podCount(pods === 'unknown' ? undefined : workload, seen);
      if (has >= wanted) return [];
      const refused = workload && creationFinding(workload, await warningsOf(workload, kind, lookup), own);
      const text =
        pods === 'unknown'
          ? say`${kind} ${placeOf(row)} has ${has} of ${wanted} pods ready`
          : say`${kind} ${placeOf(row)} has ${has} of ${wanted} pods`;
      return [about(resource, row, refused ? within(text, refused) : symptom(text))];
    }),
  );
  const rest = all.slice(WORKLOADS).map(({ row }) => placeOf(row));
  return [
    ...found.flat(),
    ...(rest.length > 0 ? [symptom(say`${rest.length} more workloads lack pods: ${someOf(rest, NAMES)}`)] : []),
  ];
}

// If the pods are unknown, only the ready ones can be counted.
function lackingReplicas(kind: Lacking['kind'], rows: readonly Row[] | 'unknown', pods: Row[] | 'unknown'): Lacking[] {
  const made =
    pods === 'unknown' ? undefined : Map.groupBy(pods, (pod) => `${pod.namespace} ${keyOf(workloadOf(pod))}`);
  return (rows === 'unknown' ? [] : rows)
    .map((row) => {
      const [ready, wanted] = row.cell('ready').split('/').map(Number);
      const own = made?.get(`${row.namespace} ${keyOf({ kind, name: row.name })}`) ?? [];
      const has = own.filter((pod) => takesPlace(kind, pod)).length;
      return { kind, row, has: made ? has : (ready ?? 0), wanted: wanted ?? 0, pods: own };
    })
    .filter(({ has, wanted }) => has < wanted);
}

// Pods on nodes that are not to have one do not count, which only the controller knows.
function lackingOnNodes(rows: readonly Row[] | 'unknown', pods: Row[] | 'unknown'): Lacking[] {
  return (rows === 'unknown' ? [] : rows)
    .map((row) => {
      const has = Number(row.cell(pods === 'unknown' ? 'ready' : 'current'));
      const own =
        pods === 'unknown'
          ? []
          : pods.filter(
              ({ owner, namespace }) =>
                owner?.kind === 'DaemonSet' && owner.name === row.name && namespace === row.namespace,
            );
      return { kind: 'DaemonSet' as const, row, has, wanted: Number(row.cell('desired')), pods: own };
    })
    .filter(({ has, wanted }) => has < wanted);
}

async function claimRows(claims: readonly Row[], lookup: Lookup): Promise<Finding[]> {
  const unbound = claims.filter((row) => row.cell('status') !== 'Bound');
  const found = await Promise.all(
    unbound.slice(0, CLAIMS).map(async (row): Promise<Finding> => {
      const claim = present(await lookup.get<Claim>(kinds.claims, row.namespace, row.name));
      const [reason] = claim ? await claimFindings(claim, lookup) : [];
      const what = `PersistentVolumeClaim ${placeOf(row)}`;
      const finding = reason ? within(what, reason) : symptom(say`${what} is ${row.cell('status')}`);
      return about(kinds.claims, row, finding);
    }),
  );
  const rest = unbound.slice(CLAIMS).map(placeOf);
  return [
    ...found,
    ...(rest.length > 0 ? [symptom(say`${rest.length} more claims are not bound: ${someOf(rest, NAMES)}`)] : []),
  ];
}

// "5 (2m ago)": recent if given in seconds or minutes.
function restartRisks(pods: readonly Row[]): Finding[] {
  const restarting = pods.filter(
    (row) => isRowReady(row) && /^\d+ \(\d+(s|m(\d+s)?) ago\)$/.test(row.cell('restarts')),
  );
  if (restarting.length === 0) return [];
  const names = restarting.map((row) => `${placeOf(row)} ${row.cell('restarts')}`);
  const text =
    restarting.length === 1
      ? say`1 pod that runs restarted a short time ago: ${someOf(names, NAMES)}`
      : say`${restarting.length} pods that run restarted a short time ago: ${someOf(names, NAMES)}`;
  return [ofFirst(kinds.pods, restarting, risk(text))];
}

/** A finding about several objects leads to the first. */
function ofFirst(kind: Kind, [first]: readonly Row[], finding: Finding): Finding {
  return first ? about(kind, first, finding) : finding;
}
