import { conditionOf, conditionsOf } from '../../kubernetes/apimachinery/conditions.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import { isTrouble } from '../../kubernetes/diagnosis/facts/condition-findings.ts';
import { placeOf, type Row } from '../../kubernetes/diagnosis/facts/rows.ts';
import { listRows } from './lists.ts';
import type { PromptContext } from './prompt.ts';
import { top } from './sections.ts';

/** The parts of a Node that a plan reads. */
export interface Node extends KubernetesObject {
  spec?: { unschedulable?: boolean };
  status?: {
    nodeInfo?: { kubeletVersion?: string; containerRuntimeVersion?: string; osImage?: string };
  };
}

/** How many nodes exist and are ready, and which have problems. */
export function nodeLines(nodes: readonly Node[]): string[] {
  const troubles = nodes.map((node) => ({ name: node.metadata?.name, trouble: nodeTrouble(node) }));
  const bad = troubles.filter(({ trouble }) => trouble !== '');
  const ready = nodes.filter((node) => !nodeTrouble(node).startsWith('not ready')).length;
  return [
    `${nodes.length} nodes, ${ready} ready`,
    ...top(
      bad.map(({ name, trouble }) => `${name}: ${trouble}`),
      10,
    ),
  ];
}

/** Workloads with fewer ready pods than desired. */
export async function workloadLines(context: PromptContext): Promise<string[]> {
  const [deployments, statefulSets, daemonSets] = await Promise.all([
    listRows(context, kinds.deployments),
    listRows(context, kinds.statefulSets),
    listRows(context, kinds.daemonSets),
  ]);
  const lacking = [
    ...withUnreadyPods('Deployment', deployments),
    ...withUnreadyPods('StatefulSet', statefulSets),
    ...daemonSets
      .filter((row) => row.cell('ready') !== row.cell('desired'))
      .map((row) => `DaemonSet ${placeOf(row)}: ${row.cell('ready')}/${row.cell('desired')} ready`),
  ];
  const all = deployments.length + statefulSets.length + daemonSets.length;
  return [`${all} workloads, ${lacking.length} with too few ready pods`, ...top(lacking, 12)];
}

/** API extensions that do not answer. */
export async function apiServiceLines(context: PromptContext): Promise<string[]> {
  const services = await listRows(context, kinds.apiServices);
  const broken = services.filter((row) => row.cell('available') !== 'True');
  return top(
    broken.map((row) => `${row.name}: ${row.cell('available')}`),
    10,
  );
}

function nodeTrouble(node: Node): string {
  const ready = conditionOf(node, 'Ready');
  const troubles = conditionsOf(node)
    .filter((condition) => condition.type !== 'Ready' && isTrouble(condition, kinds.nodes.name))
    .map(
      ({ type, status, reason }) => `${type}${status === 'True' ? '' : `=${status}`}${reason ? ` (${reason})` : ''}`,
    );
  if (ready?.status !== 'True') troubles.unshift(`not ready (${ready?.reason ?? 'no condition'})`);
  if (node.spec?.unschedulable) troubles.push('cordoned');
  return troubles.join(', ');
}

function withUnreadyPods(kindName: string, rows: readonly Row[]): string[] {
  return rows
    .filter((row) => {
      const [ready, wanted] = row.cell('ready').split('/');
      return ready !== wanted;
    })
    .map((row) => `${kindName} ${placeOf(row)}: ${row.cell('ready')} ready`);
}
