import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withSession } from './measurements.ts';
import { treeMemory } from './memory.ts';
import { processorTimeOf } from './processor-time.ts';
import { byteSize, milliseconds, renderTable } from './report.ts';
import { ours } from './servers.ts';
import { type StandInSize, standIn } from './stand-in.ts';
import { median, timed } from './timing.ts';

/** A doubling of the work costs at most this many times as much. */
const MOST_GROWTH = 2.2;
const MOST_MEMORY = 256e6;
/** Below, in milliseconds of processor time, a growth says nothing: most is the same for any amount. */
const LEAST_MS = 20;
const RUNS = 7;
const SMALL: StandInSize = { kinds: 20, namespaces: 3, pods: 10, objectBytes: 1_000, logBytes: 10_000 };

interface ScaleJob {
  name: string;
  tool: string;
  args: object;
  /** As much as is asked for; half of it is measured before. */
  size: Partial<StandInSize> & { contexts?: number };
  /** Is it the first call of a session that is measured? Of the others, the median. */
  isFirst?: boolean;
}

const JOBS: readonly ScaleJob[] = [
  {
    name: 'list 500 namespaces',
    tool: 'list_resources',
    args: { kind: 'Namespace', limit: 1_000 },
    size: { namespaces: 500 },
  },
  {
    name: 'list 5,000 pods',
    tool: 'list_resources',
    args: { kind: 'Pod', namespace: 'many', limit: 5_000 },
    size: { pods: 5_000 },
  },
  {
    name: 'count 20,000 pods by node',
    tool: 'list_resources',
    args: { kind: 'Pod', namespace: 'many', groupBy: ['.spec.nodeName'] },
    size: { pods: 20_000 },
  },
  {
    name: 'find 10 that restart among 20,000 pods',
    tool: 'list_resources',
    args: { kind: 'Pod', namespace: 'many', where: ['.status.containerStatuses[*].restartCount > 5'], limit: 10 },
    size: { pods: 20_000 },
  },
  { name: 'list the kinds, 300 CRDs', tool: 'get_api_resources', args: {}, size: { kinds: 300 } },
  {
    name: 'first get, discovery of 2,000 kinds',
    tool: 'get_resource',
    args: { kind: 'ConfigMap', name: 'a', namespace: 'many' },
    size: { kinds: 2_000 },
    isFirst: true,
  },
  {
    name: 'grep in a log of 1 GB',
    tool: 'get_pod_logs',
    args: { name: 'pod-1', namespace: 'many', grep: 'failed' },
    size: { logBytes: 1e9 },
  },
  { name: 'list 100 contexts', tool: 'list_contexts', args: {}, size: { contexts: 100 } },
  {
    name: 'get an object of 1.5 MB',
    tool: 'get_resource',
    args: { kind: 'ConfigMap', name: 'large', namespace: 'many' },
    size: { objectBytes: 1.5e6 },
  },
  {
    name: 'diagnose a namespace of 5,000 pods',
    tool: 'diagnose_resource',
    args: { kind: 'Namespace', name: 'many' },
    size: { pods: 5_000 },
  },
];

/** What one amount costs. */
export interface ScaleCost {
  ms: number;
  /** Milliseconds of the server's processor time, which other load on the machine hardly changes. */
  processor: number;
  bytes: number;
  /** Peak resident memory of the server. */
  peak: number;
}

/** A job at half and at all of its amount. */
export interface ScaleRow {
  name: string;
  half: ScaleCost;
  whole: ScaleCost;
}

/** What our server takes for large amounts, which a stand-in of an API server holds. */
export async function scale(script: string, home: string, progress: (line: string) => void): Promise<ScaleRow[]> {
  const rows: ScaleRow[] = [];
  for (const job of JOBS) {
    progress(job.name);
    const half = Object.fromEntries(Object.entries(job.size).map(([key, amount]) => [key, amount / 2]));
    const measured = { half: await costOf(job, half, script, home), whole: await costOf(job, job.size, script, home) };
    rows.push({ name: job.name, ...measured });
  }
  return rows;
}

async function costOf(job: ScaleJob, size: ScaleJob['size'], script: string, home: string): Promise<ScaleCost> {
  const { contexts = 1, ...others } = size;
  const api = await standIn({ ...SMALL, ...others });
  const kubeconfig = path.join(home, 'scale.kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(api.url, contexts)));
  const { start } = ours(kubeconfig, script, home);
  try {
    const samples: Pick<ScaleCost, 'ms' | 'processor'>[] = [];
    let cost = { bytes: 0, peak: 0 };
    for (let session = 0; session < (job.isFirst ? RUNS : 1); session += 1)
      await withSession(start, async (server) => {
        for (let run = 0; run < (job.isFirst ? 1 : RUNS + 1); run += 1) {
          const before = await processorTimeOf(server.pid);
          const { ms, value } = await timed(() => server.call(job.tool, job.args));
          const processor = (await processorTimeOf(server.pid)) - before;
          // The first call of a session also loads what it needs.
          if (job.isFirst || run > 0) samples.push({ ms, processor });
          cost = { bytes: value.bytes, peak: (await treeMemory(server.pid)).peak };
        }
      });
    const of = (key: 'ms' | 'processor') => median(samples.map((sample) => sample[key]));
    return { ms: of('ms'), processor: of('processor'), ...cost };
  } finally {
    api.close();
  }
}

function kubeconfigOf(server: string, contexts: number): object {
  const names = Array.from({ length: contexts }, (_, index) => `context-${index}`);
  return {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': names[0] },
    clusters: names.map((name) => ({ name, cluster: { server } })),
    users: [{ name: 'nobody', user: {} }],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'nobody' } })),
  };
}

/** The rows as a table with verdicts. */
export function renderScale(rows: readonly ScaleRow[]): string {
  const cells = rows.map(({ name, half, whole }) => [
    name,
    milliseconds(whole.ms),
    milliseconds(half.processor),
    milliseconds(whole.processor),
    (whole.processor / half.processor).toFixed(2),
    byteSize(whole.bytes),
    byteSize(whole.peak),
    isWithin({ name, half, whole }) ? 'met' : 'MISSED',
  ]);
  const verdict = `≤ ${MOST_GROWTH}, ≤ ${byteSize(MOST_MEMORY)}`;
  return renderTable(['row', 'time', 'processor, half', 'all', 'growth', 'answer', 'peak memory', verdict], cells);
}

/** Does it grow as it may, in as little memory? */
export function isWithin({ half, whole }: ScaleRow): boolean {
  return (whole.processor < LEAST_MS || whole.processor / half.processor <= MOST_GROWTH) && whole.peak <= MOST_MEMORY;
}
