import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { Calls } from './calls.ts';
import type { Contexts } from './contexts.ts';
import type { EditorLink } from './editor-link.ts';
import type { Policy } from './policy.ts';
import type { ReviewMode } from './review.ts';

export interface ServerOptions {
  version: string;
  policy: Policy;
  review: ReviewMode;
  /** Where writes are recorded; undefined for the usual place. */
  journal: string | undefined;
  /** Told what the agent is shown, where there is an editor. */
  editor?: EditorLink | undefined;
  /** For those who run the server; never for the model. */
  log(message: string): void;
}

const INSTRUCTIONS =
  'Kubernetes access. Kinds are given as in kubectl. Lists are pages: follow the continue token only when needed, and prefer selectors and columns. ' +
  'Values shown as <redacted …> are secret: leave them as they are when you write an object back. Tools that write exist only where the human switched them on.';

/** The MCP server for one client; `contexts` are asked for with the first call. Nothing is loaded or asked of the cluster before the request that needs it. */
export function createServer(options: ServerOptions, contexts: () => Promise<Contexts>): Server {
  const { version } = options;
  const server = new Server(
    { name: 'mcp-k8s', title: 'Kubernetes', version },
    { capabilities: { tools: { listChanged: true }, resources: {}, logging: {} }, instructions: INSTRUCTIONS },
  );
  // Loaded with the first request for them: what defines the tools costs more than the rest of the start.
  let calls: Promise<Calls> | undefined;
  const loadCalls = () => {
    calls ??= Promise.all([import('./calls.ts'), contexts()]).then(
      ([module, loaded]) => new module.Calls({ ...options, contexts: loaded, server }),
    );
    return calls;
  };
  const resources = () => import('./resources.ts');

  server.setRequestHandler(ListToolsRequestSchema, async () => (await loadCalls()).list());
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    const progressToken = params._meta?.progressToken;
    let count = 0;
    const progress = (message: string) => {
      if (progressToken === undefined) return;
      count += 1;
      void sendNotification({ method: 'notifications/progress', params: { progressToken, progress: count, message } });
    };
    return (await loadCalls()).call(params.name, params.arguments, { signal, progress });
  });
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, async () => (await resources()).listTemplates());
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }, { signal }) =>
    (await resources()).readResource(params.uri, await contexts(), signal),
  );
  // While the client thinks about its first question, what that will need is loaded.
  server.oninitialized = () => {
    setImmediate(() => void Promise.all([loadCalls(), contexts().then((loaded) => loaded.prepare())]));
  };
  return server;
}
