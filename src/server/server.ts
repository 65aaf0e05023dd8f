import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { EditorLink } from './editor-link.ts';
import type { Policy } from './policy.ts';

export interface ServerOptions {
  version: string;
  policy: Policy;
  /** Told what the agent is shown, where there is an editor. */
  editor?: EditorLink | undefined;
}

const INSTRUCTIONS =
  'Kubernetes access. Kinds are given as in kubectl. Lists are pages: follow the continue token only when needed, and prefer selectors and columns. ' +
  'Values shown as <redacted …> are secret: leave them as they are when you write an object back. Tools that write exist only where the human switched them on.';

/** The MCP server for one client; `cluster` is asked for with the first call. Nothing is loaded or asked of the cluster before the request that needs it. */
export function createServer(options: ServerOptions, cluster: () => Promise<Cluster>): Server {
  const { version, policy, editor } = options;
  const server = new Server(
    { name: 'mcp-k8s', title: 'Kubernetes', version },
    { capabilities: { tools: {}, resources: {}, logging: {} }, instructions: INSTRUCTIONS },
  );
  // Loaded with the first request for them: what defines the tools costs more than the rest of the start.
  const calls = () => import('./calls.ts');
  const resources = () => import('./resources.ts');

  server.setRequestHandler(ListToolsRequestSchema, async () => (await calls()).listTools(policy));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    const progressToken = params._meta?.progressToken;
    let count = 0;
    const progress = (message: string) => {
      if (progressToken === undefined) return;
      count += 1;
      void sendNotification({ method: 'notifications/progress', params: { progressToken, progress: count, message } });
    };
    const context = { policy, cluster: await cluster(), editor, signal, progress };
    return (await calls()).callTool(params.name, params.arguments, context);
  });
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, async () => (await resources()).listTemplates());
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }, { signal }) =>
    (await resources()).readResource(params.uri, await cluster(), signal),
  );
  return server;
}
