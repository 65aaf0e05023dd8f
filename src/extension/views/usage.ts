import { type ApiResource, pathOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { fieldAt, objectsAt } from '../../kubernetes/apimachinery/fields.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { cpuText, memoryText, parseQuantity } from '../../kubernetes/apimachinery/quantity.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { listAll } from '../../kubernetes/client/pages.ts';

const METRICS = { group: 'metrics.k8s.io', version: 'v1beta1' };
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
  const { resources } = await discovery.kinds();
  if (!resources.some(({ group }) => group === METRICS.group)) return new Map();
  const isNode = resource.name === 'nodes';
  const path = pathOf({ ...METRICS, name: resource.name, namespaced: resource.namespaced }, namespace);
  const [metrics, nodes] = await Promise.all([
    listAll(client, { path, signal }, MAX_READ),
    isNode ? listAll(client, { path: pathOf(kinds.nodes), signal }, MAX_READ) : { items: [] },
  ]);
  const allocatable = new Map(nodes.items.map((node) => [node.metadata?.name, fieldAt(node, 'status', 'allocatable')]));
  return new Map(
    metrics.items.map((item) => {
      const name = item.metadata?.name ?? '';
      return [name, usageText(usedBy(item), allocatable.get(name))];
    }),
  );
}

interface Used {
  cpu: number | undefined;
  memory: number | undefined;
}

function usedBy(item: KubernetesObject): Used {
  const parts = item.containers === undefined ? [item] : objectsAt(item, 'containers');
  const sum = (what: 'cpu' | 'memory') =>
    parts.reduce((total, part) => total + (parseQuantity(fieldAt(part, 'usage', what)) ?? 0), 0);
  return { cpu: sum('cpu'), memory: sum('memory') };
}

function usageText({ cpu = 0, memory = 0 }: Used, allocatable: unknown): string {
  const share = (used: number, what: string) => {
    const whole = parseQuantity(fieldAt(allocatable, what));
    return whole ? ` (${Math.round((used / whole) * 100)}%)` : '';
  };
  return `${cpuText(cpu)}${share(cpu, 'cpu')} · ${memoryText(memory)}${share(memory, 'memory')}`;
}
