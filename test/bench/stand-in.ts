import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** How much of each there is. */
export interface StandInSize {
  /** Custom kinds, ten in each group. */
  kinds: number;
  namespaces: number;
  /** In the namespace `many`; every hundredth does not start. */
  pods: number;
  /** Of the ConfigMap `large`. */
  objectBytes: number;
  /** Of the log of any pod, of which a line in a thousand says that something failed; read from its end, as a kubelet does. */
  logBytes: number;
}

/** What is in the way of the measured server is only this: it answers at once, with what a real API server would say. */
export interface StandIn {
  url: string;
  close(): void;
}

const LINE_BYTES = 100;
const LINES_OF_PIECE = 1_000;
const GROUP_SIZE = 10;
const CORE = [
  ['pods', 'Pod', true],
  ['configmaps', 'ConfigMap', true],
  ['events', 'Event', true],
  ['services', 'Service', true],
  ['secrets', 'Secret', true],
  ['resourcequotas', 'ResourceQuota', true],
  ['persistentvolumeclaims', 'PersistentVolumeClaim', true],
  ['namespaces', 'Namespace', false],
  ['nodes', 'Node', false],
] as const;

/** An API server that holds as much as it is told, without a cluster behind it. */
export async function standIn(size: StandInSize): Promise<StandIn> {
  const pods = Array.from({ length: size.pods }, (_, index) => pod(index));
  const namespaces = Array.from({ length: size.namespaces }, (_, index) => namespace(`space-${index}`));
  const groups = Array.from({ length: Math.ceil(size.kinds / GROUP_SIZE) }, (_, index) => group(index));
  const answer = (request: IncomingMessage, response: ServerResponse): void | Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
    const asTable = request.headers.accept?.includes('as=Table') === true;
    const send = (body: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (pathname === '/api') return void send(discovery([coreGroup()]));
    if (pathname === '/apis') return void send(discovery(groups));
    if (pathname.endsWith('/log')) {
      const lines = Number(searchParams.get('tailLines') ?? Number.POSITIVE_INFINITY);
      return log(response, Math.min(size.logBytes, lines * LINE_BYTES));
    }
    const name = /\/configmaps\/(.*)$/.exec(pathname)?.[1];
    if (name === 'large') return void send(configMap(name, size.objectBytes));
    if (name !== undefined) return void send(configMap(name, LINE_BYTES));
    const one = /\/(?:namespaces|pods)\/([^/]*)$/.exec(pathname)?.[1];
    if (one !== undefined)
      return void send(/\/pods\//.test(pathname) ? pod(Number(one.slice('pod-'.length))) : namespace(one));
    const items = /\/pods$/.test(pathname) ? pods : /\/namespaces$/.test(pathname) ? namespaces : [];
    const from = Number(searchParams.get('continue') ?? 0);
    const limit = Number(searchParams.get('limit') ?? items.length) || items.length;
    const page = items.slice(from, from + limit);
    const rest = items.length - from - page.length;
    const metadata = {
      resourceVersion: '1',
      ...(rest > 0 && { continue: `${from + limit}`, remainingItemCount: rest }),
    };
    const kind = CORE.find(([plural]) => pathname.endsWith(`/${plural}`))?.[1] ?? 'Custom';
    send(asTable ? table(page, metadata) : { apiVersion: 'v1', kind: `${kind}List`, metadata, items: page });
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

interface Thing {
  metadata: { name: string; namespace?: string };
}

function table(items: readonly Thing[], metadata: object): object {
  return {
    apiVersion: 'meta.k8s.io/v1',
    kind: 'Table',
    metadata,
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', priority: 0 },
      { name: 'Status', type: 'string', format: '', priority: 0 },
    ],
    rows: items.map(({ metadata: { name, namespace: place } }) => ({
      cells: [name, 'Active'],
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name, namespace: place } },
    })),
  };
}

function discovery(items: readonly object[]): object {
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function coreGroup(): object {
  const resources = CORE.map(([plural, kind, namespaced]) => served(plural, kind, '', 'v1', namespaced));
  return { metadata: {}, versions: [{ version: 'v1', freshness: 'Current', resources }] };
}

function group(index: number): object {
  const name = `group-${index}.example.com`;
  const resources = Array.from({ length: GROUP_SIZE }, (_, kind) =>
    served(`customs${index}x${kind}`, `Custom${index}x${kind}`, name, 'v1', true),
  );
  return { metadata: { name }, versions: [{ version: 'v1', freshness: 'Current', resources }] };
}

function served(resource: string, kind: string, groupName: string, version: string, namespaced: boolean): object {
  return {
    resource,
    responseKind: { group: groupName, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.toLowerCase(),
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    subresources: [{ subresource: 'status', verbs: ['get', 'patch', 'update'] }],
  };
}

function namespace(name: string): Thing & object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, status: { phase: 'Active' } } as Thing;
}

function configMap(name: string, bytes: number): object {
  const data = Object.fromEntries(
    Array.from({ length: Math.ceil(bytes / 1_000) }, (_, index) => [`part-${index}`, `setting ${index} `.repeat(70)]),
  );
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'many' }, data };
}

function pod(index: number): Thing & object {
  const starts = index % 100 !== 0;
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `pod-${index}`,
      namespace: 'many',
      uid: `uid-${index}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { nodeName: 'node', containers: [{ name: 'app', image: 'busybox:1.37' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: starts ? 'True' : 'False' }],
      containerStatuses: [
        {
          name: 'app',
          ready: starts,
          restartCount: starts ? 0 : 9,
          state: starts ? { running: { startedAt: '2026-01-01T00:00:00Z' } } : { waiting },
        },
      ],
    },
  } as Thing;
}

async function log(response: ServerResponse, bytes: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/plain' });
  // The reader may have enough before the end.
  await pipeline(Readable.from(pieces(bytes)), response).catch(() => undefined);
}

function* pieces(bytes: number): Iterable<string> {
  const line = (text: string) => `2026-01-01T00:00:00.000000000Z ${text}`.padEnd(LINE_BYTES - 1, '.');
  const quiet = `${line('served a request')}\n`.repeat(LINES_OF_PIECE - 1);
  const piece = `${quiet}${line('failed to serve a request')}\n`;
  for (let left = bytes; left > 0; left -= piece.length) yield piece.slice(-left);
}
