import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { APPLY_TYPE, PATCH_TYPES } from '../../src/kubernetes/apimachinery/media-types.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../../src/kubernetes/apimachinery/objects.ts';
import { type RequestTarget, requestTarget } from '../../src/kubernetes/apimachinery/request-target.ts';

/** A write that happened, and the object that it happened to. */
export interface Effect {
  method: string;
  path: string;
  uid: string | undefined;
  body: unknown;
}

type Kind = readonly [group: string, plural: string, kind: string, namespaced: boolean, subresources: string[]];

const KINDS: readonly Kind[] = [
  ['', 'pods', 'Pod', true, ['ephemeralcontainers', 'eviction', 'exec', 'log', 'portforward', 'status']],
  ['', 'services', 'Service', true, ['status']],
  ['', 'configmaps', 'ConfigMap', true, []],
  ['', 'secrets', 'Secret', true, []],
  ['', 'nodes', 'Node', false, ['status']],
  ['', 'namespaces', 'Namespace', false, ['status']],
  ['apps', 'deployments', 'Deployment', true, ['scale', 'status']],
  ['apps', 'replicasets', 'ReplicaSet', true, ['scale', 'status']],
  ['batch', 'cronjobs', 'CronJob', true, ['status']],
  ['batch', 'jobs', 'Job', true, ['status']],
];
const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

class Failure extends Error {
  readonly status: JsonObject;

  constructor(code: number, reason: string, message: string, causes: JsonObject[] = []) {
    super(message);
    this.status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details: { causes } };
  }
}

/**
 * As much of an API server as writes need: it checks what requests say about the object that they mean, and makes
 * values up with each dry run as a real one does.
 */
export class FakeApiServer {
  readonly effects: Effect[] = [];
  /** By path. */
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: ([first = '']) => first });
  #version = 100;

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) =>
      this.#sockets.handleUpgrade(request, socket, head, (one) => this.#connect(request, one)),
    );
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Makes an object, however it was before. */
  put(path: string, object: KubernetesObject): void {
    this.#objects.set(path, this.#stored({ ...object, metadata: { ...object.metadata, uid: randomUUID() } }));
  }

  at(path: string): KubernetesObject | undefined {
    return this.#objects.get(path);
  }

  /** Deletes the object, and makes it again as it was: another one of the same name. */
  replace(path: string): void {
    this.put(path, this.at(path) ?? assert.fail(path));
  }

  /** As somebody else patches it: it stays the same object. */
  change(path: string, part: JsonObject): void {
    this.#objects.set(path, this.#stored(merged(this.at(path), part, false) as KubernetesObject));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const given = await text(request);
    try {
      const body: unknown = given === '' ? undefined : JSON.parse(given);
      const answer = this.#answer(
        request.method ?? 'GET',
        pathname,
        searchParams,
        body,
        request.headers['content-type'],
      );
      if (typeof answer === 'string') response.writeHead(200, { 'content-type': 'text/plain' }).end(answer);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      assert.ok(error instanceof Failure, error as Error);
      response.writeHead(Number(error.status.code), { 'content-type': 'application/json' });
      response.end(JSON.stringify(error.status));
    }
  }

  #answer(method: string, path: string, query: URLSearchParams, body: unknown, type: string | undefined): unknown {
    const target = requestTarget(path);
    if (!target) return discovery(path);
    const { name, subresource } = target;
    const given = isObject(body) ? body : {};
    const dryRun = query.has('dryRun') || Array.isArray(given.dryRun);
    if (method === 'GET') {
      if (subresource === 'log') return '2026-01-01T00:00:00Z hello\n';
      return name === undefined ? this.#list(path, target, query) : this.#read(path, target);
    }
    if (method === 'DELETE') return this.#delete(path, given, dryRun);
    if (subresource === 'eviction') {
      const { deleteOptions } = given;
      this.#delete(path.replace(/\/eviction$/, ''), isObject(deleteOptions) ? deleteOptions : {}, false);
      return { kind: 'Status', status: 'Success' };
    }
    return method === 'POST'
      ? this.#create(path, given as KubernetesObject, dryRun)
      : this.#update(method, path, target, body, type, dryRun);
  }

  #list(path: string, { group, resource }: RequestTarget, query: URLSearchParams): JsonObject {
    const wanted = (query.get('labelSelector') ?? '').split(',').filter(Boolean);
    const [field = '', value] = (query.get('fieldSelector') ?? '').split('=');
    const items = [...this.#objects]
      .filter(([at]) => {
        const found = requestTarget(at);
        return (
          found?.group === group && found.resource === resource && (at.startsWith(path) || !/namespaces/.test(path))
        );
      })
      .map(([, object]) => object)
      .filter(({ metadata }) =>
        wanted.every((pair) => metadata?.labels?.[pair.split('=')[0] ?? ''] === pair.split('=')[1]),
      )
      .filter((object) => field !== 'metadata.name' || object.metadata?.name === value)
      .filter(({ spec }) => field !== 'spec.nodeName' || (isObject(spec) && spec.nodeName === value));
    const kind = KINDS.find(([, plural]) => plural === resource)?.[2] ?? 'Thing';
    return { kind: `${kind}List`, apiVersion: group === '' ? 'v1' : `${group}/v1`, metadata: {}, items };
  }

  #read(path: string, { subresource }: RequestTarget): KubernetesObject {
    const object = this.#existing(objectPath(path));
    if (subresource !== 'scale') return object;
    const { name, namespace, uid, resourceVersion } = object.metadata ?? {};
    const { replicas = 1 } = isObject(object.spec) ? object.spec : {};
    const metadata = { name, namespace, uid, resourceVersion };
    return {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata,
      spec: { replicas },
      status: { replicas },
    } as KubernetesObject;
  }

  #existing(path: string): KubernetesObject {
    const object = this.#objects.get(path);
    if (!object) throw new Failure(404, 'NotFound', `${path} not found`);
    return object;
  }

  #create(path: string, given: KubernetesObject, dryRun: boolean): KubernetesObject {
    const place = `${path}/${given.metadata?.name}`;
    if (this.#objects.has(place)) throw new Failure(409, 'AlreadyExists', `${place} already exists`);
    const created = this.#stored(generated(given, requestTarget(path)?.namespace));
    if (dryRun) return created;
    this.#objects.set(place, withEnd(created));
    this.effects.push({ method: 'POST', path: place, uid: created.metadata?.uid, body: given });
    return created;
  }

  #update(
    method: string,
    path: string,
    target: RequestTarget,
    body: unknown,
    type: string | undefined,
    dryRun: boolean,
  ): KubernetesObject {
    const place = objectPath(path);
    if (type === APPLY_TYPE && !this.#objects.has(place)) {
      if (isObject(body) && isObject(body.metadata) && body.metadata.uid !== undefined)
        throw new Failure(409, 'Conflict', 'uid mismatch: no existing object was found');
      return this.#create(place.replace(/\/[^/]+$/, ''), body as KubernetesObject, dryRun);
    }
    const object = this.#existing(place);
    const current = this.#read(path, target);
    const changed = changedBy(method, type, current, body);
    const { uid, resourceVersion = current.metadata?.resourceVersion } = changed.metadata ?? {};
    if (resourceVersion !== current.metadata?.resourceVersion)
      throw new Failure(
        409,
        'Conflict',
        'the object has been modified; please apply your changes to the latest version',
      );
    if (uid !== undefined && uid !== current.metadata?.uid)
      throw new Failure(422, 'Invalid', 'metadata.uid: field is immutable', [
        { reason: 'FieldValueInvalid', field: 'metadata.uid', message: 'field is immutable' },
      ]);
    const after = this.#stored({
      ...changed,
      metadata: { ...changed.metadata, uid: current.metadata?.uid },
    } as KubernetesObject);
    if (dryRun) return after;
    this.effects.push({ method, path, uid: current.metadata?.uid, body });
    this.#objects.set(
      place,
      target.subresource === 'scale'
        ? this.#stored({ ...object, spec: { ...(object.spec as JsonObject), ...(after.spec as JsonObject) } })
        : withEnd(after),
    );
    return after;
  }

  #delete(path: string, { preconditions }: JsonObject, dryRun: boolean): JsonObject {
    const { metadata } = this.#existing(path);
    const wanted = isObject(preconditions) ? preconditions.uid : undefined;
    if (wanted !== undefined && wanted !== metadata?.uid)
      throw new Failure(409, 'Conflict', 'the UID in the precondition does not match the UID in record');
    if (!dryRun) {
      this.#objects.delete(path);
      this.effects.push({ method: 'DELETE', path, uid: metadata?.uid, body: undefined });
    }
    return {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Success',
      details: { name: metadata?.name, uid: metadata?.uid },
    };
  }

  #stored(object: KubernetesObject): KubernetesObject {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  #connect(request: IncomingMessage, socket: WebSocket): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const { metadata } = this.#existing(objectPath(pathname));
    this.effects.push({ method: 'CONNECT', path: pathname, uid: metadata?.uid, body: undefined });
    if (pathname.endsWith('/portforward')) {
      for (const channel of [0, 1]) socket.send(Buffer.of(channel, 80, 0));
      socket.on('message', () => {
        socket.send(Buffer.concat([Buffer.of(0), Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')]));
        socket.close();
      });
      return;
    }
    const command = searchParams.getAll('command');
    // A copy tells the number of bytes that it has written.
    const said = command[0] === 'sh' ? (command.at(-1) ?? '') : 'hello';
    socket.send(Buffer.concat([Buffer.of(1), Buffer.from(said)]));
    socket.send(Buffer.concat([Buffer.of(3), Buffer.from(JSON.stringify({ status: 'Success' }))]));
    socket.close();
  }
}

function objectPath(path: string): string {
  return requestTarget(path)?.subresource === undefined ? path : path.replace(/\/[^/]+$/, '');
}

function discovery(path: string): JsonObject {
  const kinds = KINDS.filter(([group]) => (path === '/api') === (group === ''));
  const groups = Map.groupBy(kinds, ([group]) => group);
  const resourceOf = ([group, resource, kind, namespaced, subresources]: Kind) => ({
    ...{ resource, responseKind: { group, version: 'v1', kind }, singularResource: kind.toLowerCase(), verbs: VERBS },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    subresources: subresources.map((subresource) => ({ subresource, verbs: VERBS })),
  });
  const items = [...groups].map(([name, all]) => ({
    metadata: { name },
    versions: [{ version: 'v1', freshness: 'Current', resources: all.map(resourceOf) }],
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

/** A new object, with what the API server makes up for it each time. */
function generated(object: KubernetesObject, namespace: string | undefined): KubernetesObject {
  const uid = randomUUID();
  const metadata = { ...object.metadata, namespace, uid, creationTimestamp: new Date().toISOString() };
  const made = { ...object, metadata } as KubernetesObject;
  if (!isObject(object.spec)) return made;
  if (object.kind === 'Job')
    return { ...made, spec: { ...object.spec, selector: { matchLabels: { 'controller-uid': uid } } } };
  const volume = { name: `kube-api-access-${randomBytes(3).toString('hex')}` };
  if (object.kind === 'Pod') return { ...made, spec: { ...object.spec, volumes: [volume] } };
  return object.kind === 'Service'
    ? { ...made, spec: { ...object.spec, clusterIP: `10.0.0.${randomBytes(1)[0]}` } }
    : made;
}

/** Its new containers have run at once. */
function withEnd(object: KubernetesObject): KubernetesObject {
  const { spec } = object;
  if (object.kind !== 'Pod' || !isObject(spec)) return object;
  const ended = (list: unknown) =>
    (Array.isArray(list) ? list : []).map(({ name }) => ({ name, state: { terminated: { exitCode: 0 } } }));
  const containers = object.status ? {} : { phase: 'Succeeded', containerStatuses: ended(spec.containers) };
  const status = {
    ...(object.status as JsonObject),
    ...containers,
    ephemeralContainerStatuses: ended(spec.ephemeralContainers),
  };
  return { ...object, status };
}

function changedBy(
  method: string,
  type: string | undefined,
  current: KubernetesObject,
  body: unknown,
): KubernetesObject {
  if (method === 'PUT') return body as KubernetesObject;
  if (type !== PATCH_TYPES.json) return merged(current, body, type === PATCH_TYPES.strategic) as KubernetesObject;
  assert.ok(Array.isArray(body));
  const object = structuredClone(current);
  for (const { op, path, value } of body) {
    const steps = String(path).split('/').slice(1);
    const last = steps.pop() ?? '';
    const parent = steps.reduce<JsonObject>((inner, step) => inner[step] as JsonObject, object);
    if (op === 'remove') delete parent[last];
    else parent[last] = value;
  }
  return object;
}

function merged(current: unknown, patch: unknown, isStrategic: boolean): unknown {
  if (isStrategic && Array.isArray(patch)) return [...(Array.isArray(current) ? current : []), ...patch];
  if (!isObject(patch)) return patch;
  const result: JsonObject = { ...(isObject(current) ? current : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value, isStrategic);
  }
  return result;
}
