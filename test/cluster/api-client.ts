import { Agent, type RequestOptions, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';

/** A Kubernetes object, as far as the seeds need it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: unknown;
}

/** The API server's answer. */
export interface Answer {
  status: number;
  body: string;
}

/** What a request may have besides its path. */
export interface Extras {
  body?: unknown;
  headers?: Record<string, string>;
  /** Another server under the same authority: a component's own port. */
  server?: URL;
}

const guestLabel = 'mcp-k8s-test';

interface DiscoveredGroup {
  metadata: { name?: string };
  versions: { version: string; resources: { resource: string; scope: string; responseKind: { kind: string } }[] }[];
}

/** Requests to the API server over kept-alive connections, for set-up and seeds. */
export class ApiClient {
  readonly #server: URL;
  readonly #options: RequestOptions;
  readonly #guest: boolean;
  readonly #applied = new Set<string>();
  #discovery: Promise<void> | undefined;
  #resources = new Map<string, { path: string; namespaced: boolean }>();

  private constructor(server: URL, options: RequestOptions, guest: boolean) {
    this.#server = server;
    this.#options = options;
    this.#guest = guest;
  }

  /** Connects as a kubeconfig's current context; a `guest` takes over no objects that it did not create. */
  static async fromKubeconfig(file: string, { guest = false } = {}): Promise<ApiClient> {
    const config = new KubeConfig();
    config.loadFromFile(file);
    const server = config.getCurrentCluster()?.server;
    if (!server) throw new Error(`${file} has no current cluster`);
    const { ca, cert, key, headers, servername, rejectUnauthorized, auth } = await securityOptions(config);
    const agent = new Agent({ keepAlive: true, maxSockets: 32, ca, cert, key, servername, rejectUnauthorized });
    return new ApiClient(new URL(server), { agent, headers, auth }, guest);
  }

  /** One request; any status is an answer, only a broken connection is an error. */
  send(method: string, path: string, extras: Extras = {}): Promise<Answer> {
    const { body, headers, server = this.#server } = extras;
    const content = body === undefined ? undefined : JSON.stringify(body);
    const type = content === undefined ? {} : { 'content-type': 'application/json' };
    const sent = { accept: 'application/json', ...this.#options.headers, ...type, ...headers };
    return new Promise((resolve, reject) => {
      const url = new URL(server.pathname.replace(/\/$/, '') + path, server);
      const outgoing = request(url, { ...this.#options, method, headers: sent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on('error', reject);
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server may end a kept connection just as it is used again: Node's documentation of `reusedSocket`.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(this.send(method, path, extras));
        else reject(error);
      });
      outgoing.end(content);
    });
  }

  /** GETs JSON; undefined if not found. */
  async get(path: string, headers: Record<string, string> = {}): Promise<unknown> {
    const { status, body } = await this.send('GET', path, { headers });
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`);
    return JSON.parse(body);
  }

  /** Server-side applies an object, waiting for its kind (of a new CRD, say) and its namespace. */
  async apply(object: KubeObject, fieldManager = 'mcp-k8s-test'): Promise<void> {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const path = await this.#path(object);
      const answer = path
        ? await this.#applyAt(path, object, fieldManager)
        : { status: 404, body: `the server does not serve ${object.apiVersion} ${object.kind}` };
      if (answer.status < 300) return;
      // A namespace or kind that is still being created or deleted.
      const mayCome = [403, 404, 409, 503].includes(answer.status);
      if (!mayCome || Date.now() > deadline) {
        throw new Error(`apply ${object.kind} ${object.metadata.name}: ${answer.status} ${answer.body}`);
      }
      await sleep(50);
    }
  }

  /** Deletes what was applied as a guest, in reverse order, and waits until its namespaces are gone. */
  async removeApplied(): Promise<void> {
    const paths = [...this.#applied].reverse();
    this.#applied.clear();
    for (const path of paths) await this.send('DELETE', path);
    for (const path of paths.filter((one) => one.startsWith('/api/v1/namespaces/') && one.split('/').length === 5)) {
      while (await this.get(path)) await sleep(500);
    }
  }

  /** Closes the connections. */
  close(): void {
    (this.#options.agent as Agent).destroy();
  }

  async #applyAt(path: string, object: KubeObject, fieldManager: string): Promise<Answer> {
    const body = this.#guest ? withLabel(object) : object;
    if (this.#guest && !this.#applied.has(path)) {
      const live = (await this.get(path)) as KubeObject | undefined;
      if (live && !live.metadata.labels?.[guestLabel]) {
        throw new Error(`the cluster already has a ${object.kind} ${object.metadata.name} that the tests did not make`);
      }
      this.#applied.add(path);
    }
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    return this.send('PATCH', `${path}?fieldManager=${fieldManager}&force=true`, { body, headers });
  }

  async #path({ apiVersion, kind, metadata }: KubeObject): Promise<string | undefined> {
    const key = `${apiVersion}/${kind}`;
    if (!this.#resources.has(key)) {
      // Many objects of a new kind ask at once; one answer serves them all.
      this.#discovery ??= this.#discover().finally(() => (this.#discovery = undefined));
      await this.#discovery;
    }
    const resource = this.#resources.get(key);
    if (!resource) return undefined;
    const scope = resource.namespaced ? `/namespaces/${encodeURIComponent(metadata.namespace ?? 'default')}` : '';
    return `${resource.path.replace('{scope}', scope)}/${encodeURIComponent(metadata.name)}`;
  }

  async #discover(): Promise<void> {
    const accept = 'application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList';
    for (const root of ['/api', '/apis']) {
      const { items } = (await this.get(root, { accept })) as { items: DiscoveredGroup[] };
      for (const { metadata, versions } of items) {
        for (const { version, resources = [] } of versions) {
          const apiVersion = metadata.name ? `${metadata.name}/${version}` : version;
          for (const { resource, scope, responseKind } of resources) {
            const path = `${root}/${apiVersion}{scope}/${resource}`;
            this.#resources.set(`${apiVersion}/${responseKind.kind}`, { path, namespaced: scope === 'Namespaced' });
          }
        }
      }
    }
  }
}

function withLabel(object: KubeObject): KubeObject {
  const labels = { ...object.metadata.labels, [guestLabel]: 'true' };
  return { ...object, metadata: { ...object.metadata, labels } };
}

async function securityOptions(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

/** Does `work` for each item, `width` at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
