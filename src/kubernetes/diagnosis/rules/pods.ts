import { age } from '../../apimachinery/age.ts';
import { conditionOf, isConditionTrue } from '../../apimachinery/conditions.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { shortened } from '../../text/shortened.ts';
import { longRunning, longRunningStatuses } from '../../workloads/containers.ts';
import { requestsOf, requestText } from '../../workloads/pod-resources.ts';
import { hasEnded } from '../../workloads/pods.ts';
import { explainTrouble, type Trouble, troublesOf } from '../facts/containers.ts';
import { isShuttingDown } from '../facts/deletion.ts';
import {
  cause,
  type Finding,
  type Remedy,
  type Report,
  risk,
  type Section,
  someOf,
  subjectOf,
  symptom,
  withRemedies,
} from '../facts/finding.ts';
import { type LogTail, logTail, markedErrors } from '../facts/logs.ts';
import { type Lookup, members, present } from '../facts/lookup.ts';
import { listed, type Message, say } from '../facts/message.ts';
import { hasStarted, isHealthy, podFacts, podState } from '../facts/pod-state.ts';
import type { Node, Pod } from '../facts/types.ts';
import { PREEMPTION, type Warning, warningsOf } from '../facts/warnings.ts';
import { networkSections } from './network-policies.ts';
import { nodeFindings } from './nodes.ts';
import { brokenReferences, pullSecretRisks } from './references.ts';

const LOG_LINES = 8;
const LOGS = 2;
/** How long a restart counts as recent, in milliseconds. */
const RECENT_MS = 3_600_000;

/** The problems of a pod: its containers with their logs, its scheduling, its node, and its references. */
export async function podReport(pod: Pod, lookup: Lookup, options: { references: boolean }): Promise<Report> {
  const { spec = {}, metadata } = pod;
  const namespace = metadata?.namespace ?? '';
  const healthy = isHealthy(pod);
  // What ends in a pod that shuts down does not fail.
  const isEnding = isShuttingDown(pod);
  const troubles = healthy || isEnding ? [] : troublesOf(pod);
  const [logs, warnings, references, host, told, network, pulls] = await Promise.all([
    Promise.all(troubles.map((trouble, index) => (index < LOGS ? troubleLog(trouble, pod, lookup) : undefined))),
    warningsOf(pod, 'Pod', lookup),
    options.references ? brokenReferences(spec, namespace, lookup) : [],
    healthy || !spec.nodeName ? undefined : lookup.get<Node>(kinds.nodes, undefined, spec.nodeName),
    healthy && options.references ? healthyLogRisks([pod], lookup) : [],
    options.references ? networkSections(namespace, metadata?.labels, lookup) : [],
    options.references ? pullSecretRisks(spec, namespace, lookup) : [],
  ]);
  const missing = hasStarted(pod) ? references.map(startRisk) : references;
  const node = host && present(host);
  const sickNode = node && !isConditionTrue(node, 'Ready') ? nodeFindings(node).slice(0, 1) : [];
  const findings = [
    ...missing,
    ...(await podFindings(pod, warnings, lookup)),
    ...sickNode.map(({ message }) => cause(say`node ${spec.nodeName}: ${message}`)),
    ...troubles.map((trouble, index) =>
      withRemedies(explainTrouble(trouble, logs[index], warnings), subjectOf(kinds.pods, pod), ...remediesOf(trouble)),
    ),
    ...restartRisks(pod, troubles),
    ...told,
    ...pulls,
  ];
  if (!healthy && !isEnding && findings.every(({ level }) => level === 'risk')) {
    const message = conditionOf(pod, 'Ready')?.message;
    findings.push(symptom(say`it is ${podState(pod)}${message ? `: ${message}` : ''}`));
  }
  return {
    summary: podFacts(pod),
    findings,
    evidence: logs.flatMap((log) => (log && log.lines.length > 0 ? [logSection(log, metadata?.name ?? '')] : [])),
    children: network,
    warnings,
  };
}

/** Errors in the logs of ready pods. */
export async function healthyLogRisks(pods: readonly Pod[], lookup: Lookup): Promise<Finding[]> {
  const running = pods.flatMap((pod) => {
    const containers = pod.status?.phase === 'Running' ? longRunning(pod.spec ?? {}) : [];
    return containers.slice(0, LOGS).map(({ name }) => ({ pod: pod.metadata?.name ?? '', container: name, from: pod }));
  });
  const found = await Promise.all(
    running.map(async ({ pod, container, from }) => {
      const namespace = from.metadata?.namespace ?? '';
      const log = await logTail({ namespace, pod, container, previous: false }, lookup);
      const errors = markedErrors(log?.lines ?? []);
      const newest = errors.at(-1);
      if (newest === undefined) return [];
      const count = say`${errors.length} of its last ${log?.lines.length} lines`;
      const finding = risk(
        say`container ${container} of pod ${pod} runs, but its log tells of errors in ${count}: ${shortened(newest, 200)}`,
      );
      return [withRemedies(finding, subjectOf(kinds.pods, from), 'logs', 'restart')];
    }),
  );
  return found.flat();
}

/** What a missing reference means for pods that already run. */
export function startRisk(finding: Finding): Finding {
  return { ...finding, level: 'risk', message: say`${finding.message}: a pod that starts now does not get past this` };
}

function remediesOf({ kind, ended }: Trouble): Remedy['action'][] {
  switch (kind) {
    case 'image':
      return ['image'];
    case 'crash':
      return ended?.reason === 'OOMKilled' ? ['memory', 'logs'] : ['logs', 'image'];
    case 'unready':
      return ['logs', 'restart'];
    default:
      return [];
  }
}

async function podFindings(pod: Pod, warnings: readonly Warning[], lookup: Lookup): Promise<Finding[]> {
  const { spec, status } = pod;
  if (status?.phase === 'Failed' && status.reason) {
    return [cause(say`it was ended: ${status.reason}${status.message ? `: ${status.message}` : ''}`)];
  }
  const disrupted = conditionOf(pod, 'DisruptionTarget');
  if (disrupted?.status === 'True') {
    return [cause(say`it is being removed from its node: ${disrupted.reason ?? ''}: ${disrupted.message ?? ''}`)];
  }
  if (isShuttingDown(pod)) return [];
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') return [await schedulingFinding(pod, scheduled.reason, scheduled.message, lookup)];
  if (status?.phase === 'Pending' && !spec?.nodeName) {
    const claims = spec?.resourceClaims ?? [];
    if (claims.length > 0)
      return [
        symptom(say`it is not scheduled before its resource claims exist: ${someOf(claims.map(({ name }) => name))}`),
      ];
    return [
      cause(say`no scheduler has looked at it: does one named "${spec?.schedulerName ?? 'default-scheduler'}" run?`),
    ];
  }
  const gates = (spec?.readinessGates ?? []).filter(({ conditionType }) => !isConditionTrue(pod, conditionType));
  const findings = gates.map(({ conditionType }) => cause(say`its readiness gate ${conditionType} is not True`));
  if (!isHealthy(pod) && !status?.containerStatuses && warnings[0]) {
    findings.push(cause(say`it does not start (${warnings[0].reason}): ${warnings[0].message}`));
  }
  return [...findings, ...resizeFindings(pod)];
}

/** What holds up a resize in place, by the pod's conditions: PodResizePending and PodResizeInProgress. */
function resizeFindings(pod: Pod): Finding[] {
  if (hasEnded(pod)) return [];
  const found = [conditionOf(pod, 'PodResizePending'), conditionOf(pod, 'PodResizeInProgress')];
  return found.flatMap((condition): Finding[] => {
    const told = condition?.message ? say`: ${condition.message}` : '';
    switch (condition?.status === 'True' && condition.reason) {
      case 'Infeasible':
        return [cause(say`its node can never give it the resources of its resize${told}`)];
      case 'Deferred':
        return [risk(say`its resize waits for room on its node${told}`)];
      case 'Error':
        return [cause(say`its resize fails${told}`)];
      default:
        return [];
    }
  });
}

async function schedulingFinding(
  pod: Pod,
  reason: string | undefined,
  message: string | undefined,
  lookup: Lookup,
): Promise<Finding> {
  if (reason === 'SchedulingGated')
    return cause(say`it is not scheduled before its scheduling gates are removed: ${message ?? ''}`);
  const { spec } = pod;
  const facts: Message[] = [];
  if (/insufficient/i.test(message ?? '')) {
    facts.push(say`it requests ${requestText(requestsOf(pod)) || say`nothing itself`}`);
    const nodes = members(await lookup.list<Node>(kinds.nodes, undefined));
    const largest = nodes
      .map(({ status }) => status?.allocatable ?? {})
      .sort((a, b) => Number.parseFloat(b.cpu ?? '0') - Number.parseFloat(a.cpu ?? '0'))[0];
    if (largest) facts.push(say`the largest node offers cpu ${largest.cpu}, memory ${largest.memory}`);
  }
  if (/affinity|selector/i.test(message ?? '') && spec?.nodeSelector) {
    facts.push(
      say`its nodeSelector is ${Object.entries(spec.nodeSelector)
        .map((pair) => pair.join('='))
        .join(',')}`,
    );
  }
  if (pod.status?.nominatedNodeName) {
    facts.push(say`it waits for pods of lower priority to end on node ${pod.status.nominatedNodeName}`);
  } else if (/preemption/i.test(message ?? '') && spec?.preemptionPolicy === 'Never') {
    facts.push(say`its priority class ${spec.priorityClassName ?? ''} preempts nothing`);
  }
  return cause(
    say`no node takes it: ${(message ?? reason ?? '').replace(PREEMPTION, '')}${facts.length > 0 ? say` (${listed(facts)})` : ''}`,
  );
}

function restartRisks(pod: Pod, troubles: readonly Trouble[]): Finding[] {
  const known = new Set(troubles.map(({ container }) => container.name));
  return longRunningStatuses(pod).flatMap(({ name, restartCount = 0, lastState }) => {
    const ended = lastState?.terminated;
    if (known.has(name) || !ended || Date.now() - Date.parse(ended.finishedAt ?? '') > RECENT_MS) return [];
    const how = say`${ended.reason ?? say`ended`}, exit code ${ended.exitCode}`;
    return [risk(say`container ${name} restarted ${age(ended.finishedAt)} ago (${how}), ${restartCount} times in all`)];
  });
}

function troubleLog(
  { kind, container, status }: Trouble,
  pod: Pod,
  lookup: Lookup,
): Promise<LogTail | undefined> | undefined {
  if (kind !== 'crash' && kind !== 'unready') return undefined;
  // A terminated container holds the log of that run; one that waits or runs again has it as the previous log.
  const previous = kind === 'crash' && !status.state?.terminated;
  return logTail(
    { namespace: pod.metadata?.namespace ?? '', pod: pod.metadata?.name ?? '', container: container.name, previous },
    lookup,
  );
}

function logSection({ container, previous, lines }: LogTail, pod: string): Section {
  const shown = lines.slice(-LOG_LINES).map((line) => shortened(line, 200));
  return { title: `Log of ${pod} ${container}${previous ? ' (previous run)' : ''}`, lines: shown };
}
