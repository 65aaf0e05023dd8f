import type { KubernetesObject } from '../../src/kubernetes/apimachinery/objects.ts';
import type { ApiClient } from '../../src/kubernetes/client/client.ts';
import type { Connection } from '../../src/kubernetes/client/cluster.ts';
import { Discovery } from '../../src/kubernetes/client/discovery.ts';
import { type Judged, RequestGuard } from '../../src/kubernetes/client/guard.ts';
import type { ApiRequest } from '../../src/kubernetes/client/request.ts';
import { Policy } from '../../src/kubernetes/policy.ts';
import { type Rules, TOOLSETS } from '../../src/kubernetes/rules.ts';
import type { Change } from '../../src/kubernetes/writes/change.ts';
import { FreshValues } from '../../src/kubernetes/writes/fresh-values.ts';
import type { Writer } from '../../src/kubernetes/writes/writer.ts';

/** A kind in the form of discovery: `deployments Deployment Namespaced`. */
type Line = string;

/** An API server in a few lines, behind the real guard and discovery: it accepts every write to a kind that it serves. */
export class GuardedCluster {
  readonly sent: string[] = [];
  readonly reviewed: Change[] = [];
  readonly connection: Connection;
  readonly writer: Writer;
  readonly #guard: RequestGuard;

  /** @param served the kinds by group and version; one without any could not be listed. */
  constructor(rules: Partial<Rules>, served: Record<string, Line[]>, objects: Record<string, KubernetesObject> = {}) {
    const switches = { list: true, create: true, update: true, delete: true, exec: false };
    const lists = { contexts: [], namespaces: [], protectedContexts: [], deniedKinds: [], readOnlyKinds: [] };
    const policy = new Policy({ switches, toolsets: TOOLSETS, ...lists, ...rules });
    this.#guard = new RequestGuard(policy, 'a', () => this.connection.discovery);
    const client = {
      context: { name: 'a', cluster: { name: 'a', cluster: { server: 'https://a.example.com' } } },
      assertPermitted: (request: Judged) => this.#guard.check(request),
      answer: async (request: ApiRequest) => ({ body: await client.json(request), headers: {} }),
      json: async (request: ApiRequest) => {
        this.#guard.check(request);
        const { method = 'GET', path, body } = request;
        this.sent.push(`${method} ${path}`);
        if (path === '/api' || path === '/apis') return discoveryOf(served, path === '/api');
        return method === 'GET' ? objects[path] : body;
      },
    };
    const discovery = new Discovery(client as unknown as ApiClient);
    const [namespace = 'shop'] = rules.namespaces ?? [];
    this.connection = { client, discovery, namespace, context: client.context } as unknown as Connection;
    this.writer = {
      connection: this.connection,
      signal: new AbortController().signal,
      fresh: new FreshValues(),
      review: async (changes) => void this.reviewed.push(...changes),
      write: (_change, send) => send(),
      unchanged: async () => undefined,
    };
  }

  /** What becomes of a read: refused, limited to namespaces, or sent as it is. */
  fate(path: string): string {
    const limit = this.#guard.limitOf({ path });
    if (limit) return `limited to ${limit.join(', ')}`;
    try {
      this.#guard.check({ path });
      return 'sent';
    } catch (error) {
      return String(error);
    }
  }
}

function discoveryOf(served: Record<string, Line[]>, isCore: boolean) {
  const items = Object.entries(served)
    .filter(([apiVersion]) => apiVersion.includes('/') !== isCore)
    .map(([apiVersion, lines]) => {
      const [group = '', version = ''] = isCore ? ['', apiVersion] : apiVersion.split('/');
      const resources = lines.map((line) => {
        const [resource, kind = '', scope] = line.split(' ');
        return {
          resource,
          responseKind: { kind },
          scope,
          singularResource: kind.toLowerCase(),
          verbs: ['get', 'list'],
        };
      });
      return {
        metadata: { name: group },
        versions: [{ version, resources, freshness: lines.length > 0 ? 'Current' : 'Stale' }],
      };
    });
  return { kind: 'APIGroupDiscoveryList', items };
}
