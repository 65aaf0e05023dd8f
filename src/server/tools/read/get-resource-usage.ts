import * as z from 'zod';
import { resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { bounded } from '../../core/response.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { claimsText, nodeDisksText, podDisksText } from '../parts/disk-text.ts';
import { nodesText } from '../parts/node-usage.ts';
import { podsText } from '../parts/pod-usage.ts';
import { unusedText } from '../parts/unused-text.ts';
import { queryOfWorkload, type UsageQuery } from '../parts/usage-reading.ts';

const input = {
  kind: z.string().min(1).describe('Pod, Node, PersistentVolumeClaim, or a workload with its name'),
  name: z.string().optional(),
  namespace: parameters.namespace,
  labelSelector: z.string().optional(),
  node: z.string().optional(),
  sortBy: z.enum(['cpu', 'memory', 'disk', 'unused']).default('cpu').describe('unused: of what is requested'),
  groupBy: z.string().optional().describe('Label, workload, namespace or node'),
  containers: z.boolean().default(false),
  limit: z.int().min(1).max(1000).default(50),
};

type Input = z.infer<z.ZodObject<typeof input>>;

export const getResourceUsage = defineTool({
  name: 'get_resource_usage',
  title: 'Get Resource Usage',
  description:
    'Get CPU, memory or disk use of pods, nodes or claims beside requests and limits, largest first, in all namespaces by default.',
  access: 'read',
  input,
  async run(asked, call) {
    const resource = await call.connection.discovery.resolve(asked.kind);
    const { name, namespace, labelSelector, node } = asked;
    const query: UsageQuery = {
      resource,
      name: name || undefined,
      namespace,
      labelSelector,
      node: node || undefined,
      signal: call.signal,
    };
    const text = await usageText(await queryOf(query, call), asked, call);
    return { text: bounded(text, 'Narrow it with namespace, name or labelSelector.') };
  },
});

const MEASURED = ['pods', 'nodes', 'persistentvolumeclaims'];

/** The query about what has usage: for a workload, its pods. */
async function queryOf(query: UsageQuery, { connection }: ToolContext): Promise<UsageQuery> {
  const { resource, name } = query;
  const { kind, namespaced } = resource;
  if (MEASURED.includes(resourceNameOf(resource))) return query;
  if (namespaced && name) {
    const found = await queryOfWorkload(query, connection);
    if (found) return found;
  }
  const advice = namespaced && !name ? ` With a name, that of its pods is read, if it has any.` : '';
  throw new UserError(
    `Only Pods, Nodes and PersistentVolumeClaims have usage, a ${kind} has none.${advice} kind=Pod with groupBy=workload adds up the pods of each workload.`,
  );
}

function usageText(query: UsageQuery, asked: Input, { connection, prometheus }: ToolContext): Promise<string> {
  const { sortBy, containers, groupBy, limit } = asked;
  const kind = resourceNameOf(query.resource);
  if (groupBy && (containers || kind !== 'pods' || sortBy === 'disk' || sortBy === 'unused'))
    throw new UserError(
      'groupBy adds up the CPU and memory of pods: kind=Pod with sortBy cpu or memory, without containers.',
    );
  switch (kind) {
    case 'pods':
      if (sortBy === 'disk') return podDisksText(query, connection, limit);
      if (sortBy === 'unused') return unusedText(query, connection, prometheus, limit);
      return podsText(query, connection, { sortBy, containers, groupBy, limit });
    case 'nodes': {
      const nodes = { ...query, name: query.name ?? query.node };
      if (sortBy === 'unused')
        throw new UserError('Pods request: use kind=Pod with sortBy=unused, and node for one node.');
      if (sortBy === 'disk') return nodeDisksText(nodes, connection, limit);
      return nodesText(nodes, connection, sortBy, limit);
    }
    default:
      return claimsText(query, connection, limit);
  }
}
