import { age } from '../../apimachinery/age.ts';
import { conditionOf, conditionsOf, isConditionTrue } from '../../apimachinery/conditions.ts';
import { fieldSelector } from '../../apimachinery/field-selector.ts';
import { isObject } from '../../apimachinery/objects.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { requestsOf } from '../../workloads/pod-resources.ts';
import { hasEnded } from '../../workloads/pods.ts';
import { conditionFinding, isTrouble, nodeConditionFinding } from '../facts/condition-findings.ts';
import { cause, type Finding, type Report, risk, subjectOf, withRemedies } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { type Message, say } from '../facts/message.ts';
import { isHealthy, podLine } from '../facts/pod-state.ts';
import type { Node, Pod } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';

const MAX_SHOWN = 5;
/** The share of a node's allocatable amount from which it counts as full. */
const FULL = 0.95;

/** The problems of a node, and which of its pods are affected. */
export async function nodeReport(node: Node, lookup: Lookup): Promise<Report> {
  const name = node.metadata?.name ?? '';
  const [list, warnings] = await Promise.all([
    lookup.list<Pod>(kinds.pods, undefined, { fieldSelector: fieldSelector({ 'spec.nodeName': name }) }),
    warningsOf(node, 'Node', lookup),
  ]);
  const pods = members(list);
  const failing = pods.filter((pod) => !isHealthy(pod));
  const ready = isConditionTrue(node, 'Ready') ? 'Ready' : 'NotReady';
  const facts = [
    ...(node.spec?.unschedulable ? ['cordoned'] : []),
    ...(list === 'unknown' ? [] : [`${lookup.count(pods)} pods, ${failing.length} not ready`]),
  ];
  return {
    summary: [ready, ...facts].join(', '),
    findings: [...nodeFindings(node), ...fullnessRisks(node, pods)],
    children: [
      {
        title: 'Pods not ready',
        lines: failing.slice(0, MAX_SHOWN).map((pod) => `${pod.metadata?.namespace}/${podLine(pod)}`),
      },
    ],
    warnings,
  };
}

/** Reports that the pods' requests leave hardly any room on the node. */
function fullnessRisks({ status }: Node, pods: readonly Pod[]): Finding[] {
  const requests = pods.filter((pod) => !hasEnded(pod)).map(requestsOf);
  return ['cpu', 'memory', 'pods'].flatMap((name) => {
    const amount = requests.reduce((total, one) => total + (one.get(name) ?? 0), 0);
    const whole = parseQuantity(status?.allocatable?.[name]);
    if (!whole || amount < whole * FULL) return [];
    return [risk(say`its pods take ${Math.round((100 * amount) / whole)}% of its ${name}, so hardly any more fit`)];
  });
}

/** Why pods on this node fail, or are not scheduled to it. */
export function nodeFindings(node: Node): Finding[] {
  const findings: Finding[] = [];
  const ready = conditionOf(node, 'Ready');
  if (ready?.status !== 'True') findings.push(cause(say`it is not ready: ${readyProblem(node)}`));
  for (const condition of conditionsOf(node)) {
    if (condition.type === 'Ready' || !isTrouble(condition, kinds.nodes.name)) continue;
    findings.push((condition.status === 'True' ? nodeConditionFinding : conditionFinding)(condition));
  }
  if (node.spec?.unschedulable)
    findings.push(
      withRemedies(
        risk(say`it is cordoned: no new pods come to it`),
        { ...subjectOf(kinds.nodes, node), namespace: undefined },
        'uncordon',
      ),
    );
  // Taints set by Kubernetes itself repeat the conditions.
  const taints = (node.spec?.taints ?? []).filter(({ key }) => !key.startsWith('node.kubernetes.io/'));
  if (taints.length > 0) {
    const texts = taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`);
    findings.push(risk(say`only pods that tolerate its taints come to it: ${texts.join(', ')}`));
  }
  return findings;
}

function readyProblem(node: Node): Message {
  const ready = conditionOf(node, 'Ready');
  if (!ready) return say`it has never reported; does its kubelet run?`;
  const heartbeat =
    isObject(ready) && typeof ready.lastHeartbeatTime === 'string' ? ready.lastHeartbeatTime : undefined;
  const silent =
    ready.status === 'Unknown'
      ? say`; last heartbeat ${age(heartbeat)} ago: the node is down, or cut off, or its kubelet stopped`
      : '';
  return say`${ready.reason ?? ready.status}${ready.message ? say`: ${ready.message}` : ''}${silent}`;
}
