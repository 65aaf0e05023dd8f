import { type ApiResource, pathOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { fieldAt } from '../../kubernetes/apimachinery/fields.ts';
import { cpuText, memoryText, parseQuantity, percentText } from '../../kubernetes/apimachinery/quantity.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { listAll } from '../../kubernetes/client/pages.ts';
import { metricsKind, readMetrics } from '../../kubernetes/workloads/metrics-api.ts';
import { usedBy } from '../../kubernetes/workloads/usage.ts';

/** The most pods or nodes whose usage is read: with more, each reading would be a burden. */
const MAX_READ = 2_000;

/** Can the usage of this kind be known, from a list of so many? */
export function hasUsage(resource: Pick<ApiResource, 'group' | 'name'>, total = 0): boolean {
  return /^(pods|nodes)$/.test(resourceNameOf(resource)) && total <= MAX_READ;
}

/** CPU and memory in use, by name: `12m · 34Mi`, of a node also its share; empty where the cluster has no metrics. */
export async function usageTexts(
  { client, discovery }: Connection,
  resource: ApiResource,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const isNode = resource.name === 'nodes';
  const kind = await metricsKind(discovery, isNode ? 'nodes' : 'pods');
  if (!kind) return new Map();
  const [metrics, nodes] = await Promise.all([
    readMetrics(client, kind, { namespace, signal }),
    isNode ? listAll(client, { path: pathOf(kinds.nodes), signal }, MAX_READ) : { items: [] },
  ]);
  const allocatable = new Map(nodes.items.map((node) => [node.metadata?.name, fieldAt(node, 'status', 'allocatable')]));
  return new Map(
    metrics.map((item) => {
      const name = item.metadata?.name ?? '';
      return [name, usageText(usedBy(item), allocatable.get(name))];
    }),
  );
}

function usageText({ cpu = 0, memory = 0 }: ReturnType<typeof usedBy>, allocatable: unknown): string {
  const share = (used: number, what: string) => {
    const whole = parseQuantity(fieldAt(allocatable, what));
    return whole ? ` (${percentText(used / whole)})` : '';
  };
  return `${cpuText(cpu)}${share(cpu, 'cpu')} · ${memoryText(memory)}${share(memory, 'memory')}`;
}
