import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import { hasCompleted, isRowReady } from '../../kubernetes/diagnosis/facts/rows.ts';
import { listObjects, listRows, placeOf, type Row } from './lists.ts';
import { apiServiceLines, type Node, nodeLines, workloadLines } from './parts.ts';
import type { Prompt, PromptContext } from './prompt.ts';
import { renderSections, tally, top } from './sections.ts';

export const clusterHealth: Prompt = {
  name: 'cluster-health',
  title: 'Cluster Health',
  description: 'Judge the health of the cluster: nodes, pods, workloads, volume claims and warning events.',
  arguments: [],
  lists: true,
  async run(_, context) {
    const data = await renderSections(
      [
        { title: 'Nodes', lines: async () => nodeLines(await listObjects<Node>(context, kinds.nodes)) },
        { title: 'Pods', lines: () => podLines(context) },
        { title: 'Workloads', lines: () => workloadLines(context) },
        { title: 'Failed Jobs', lines: () => jobLines(context) },
        { title: 'Volume claims that are not bound', lines: () => claimLines(context) },
        { title: 'API extensions that do not answer', lines: () => apiServiceLines(context) },
        { title: 'Warning events, newest first', lines: () => eventLines(context) },
      ],
      context.signal,
    );
    return {
      task: 'Judge the health of this Kubernetes cluster. Say in one sentence whether something needs action now. Then list the problems, the worst first, each with its evidence, likely cause and next step; what has one cause is one problem. Use diagnose_resource where the cause is not plain from the data. Change nothing.',
      data,
    };
  },
};

async function podLines(context: PromptContext): Promise<string[]> {
  const pods = await listRows(context, kinds.pods);
  const bad = pods.filter((row) => !hasCompleted(row) && !isRowReady(row));
  const groups = Map.groupBy(bad, (row) => `${row.namespace} ${row.owner ?? row.name} ${statusOf(row)}`);
  const folded = [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap(([row, ...others]) => (row ? [podLine(row, others.length)] : []));
  const counts = bad.length > 0 ? `: ${tally(bad.map(statusOf))}` : '';
  return [`${pods.length} pods, ${bad.length} not ready${counts}`, ...top(folded, 15)];
}

// The server shows a pod as Running even when its probes fail.
function statusOf(row: Row): string {
  const status = row.cell('status');
  return status === 'Running' ? 'Running but not ready' : status;
}

function podLine(row: Row, others: number): string {
  const restarts = row.cell('restarts');
  const details = [
    `${row.cell('ready')} containers ready`,
    ...(restarts === '0' ? [] : [`restarts ${restarts}`]),
    `age ${row.cell('age')}`,
  ];
  const alike = others > 0 ? ` (and ${others} alike of ${row.owner})` : '';
  return `${placeOf(row)}: ${statusOf(row)}, ${details.join(', ')}${alike}`;
}

async function jobLines(context: PromptContext): Promise<string[]> {
  const jobs = await listRows(context, kinds.jobs);
  const failed = jobs.filter((row) => row.cell('status') === 'Failed');
  return top(
    failed.map((row) => `${placeOf(row)}: age ${row.cell('age')}${row.owner ? `, of ${row.owner}` : ''}`),
    8,
  );
}

async function claimLines(context: PromptContext): Promise<string[]> {
  const claims = await listRows(context, kinds.claims);
  const unbound = claims.filter((row) => row.cell('status') !== 'Bound');
  return top(
    unbound.map(
      (row) =>
        `${placeOf(row)}: ${row.cell('status')}, storage class ${row.cell('storageclass')}, age ${row.cell('age')}`,
    ),
    8,
  );
}

async function eventLines({ call }: PromptContext): Promise<string[]> {
  const { content } = await call('list_events', { type: 'Warning', limit: 12 });
  return content
    .flatMap((part) => (part.type === 'text' ? part.text.split('\n') : []))
    .map((line) => line.slice(0, 300));
}
