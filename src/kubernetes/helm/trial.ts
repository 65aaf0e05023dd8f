import { ApiError, isApiError } from '../apimachinery/errors.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { requestTarget } from '../apimachinery/request-target.ts';
import type { ApiClient } from '../client/client.ts';
import type { HelmRequest, HelmWrites } from './helm-gate.ts';
import { keyOf, objectPath, type PlannedWrite } from './planned-write.ts';
import { decodeRelease, type Release } from './release.ts';

/** The release an operation is about. */
export interface ReleasePlace {
  name: string;
  namespace: string;
}

const CRD = 'customresourcedefinitions';

/**
 * Finds out what helm would write: each write becomes a dry run on the API server and is recorded. Helm finds what it
 * needs to read back, such as its own release record.
 */
export class Trial implements HelmWrites {
  readonly planned: PlannedWrite[] = [];
  /** The release as it would be stored; undefined when none would. */
  release: Release | undefined;
  readonly #client: ApiClient;
  readonly #operation: HelmOperation;
  readonly #place: ReleasePlace;
  readonly #signal: AbortSignal;
  readonly #made = new Map<string, KubernetesObject>();
  readonly #namespaces = new Set<string>();

  constructor(client: ApiClient, operation: HelmOperation, place: ReleasePlace, signal: AbortSignal) {
    this.#client = client;
    this.#operation = operation;
    this.#place = place;
    this.#signal = signal;
  }

  found(path: string): KubernetesObject | undefined {
    return this.#made.get(path);
  }

  async write(request: HelmRequest): Promise<unknown> {
    if (isRecord(request, this.#place)) return this.#record(request);
    const before = await this.#live(request);
    const { after, isTried } = await this.#try(request);
    const gone = request.method === 'DELETE';
    this.planned.push({
      request,
      before,
      after: gone ? undefined : after,
      isTried,
      isHook: false,
      isAnyWay: false,
      madeUp: [],
    });
    if (!gone) this.#keep(request, after);
    return after;
  }

  /** Tries what helm was told to skip because it would wait for it: hooks, and the kinds a chart defines. */
  async tryOthers(
    objects: readonly KubernetesObject[],
    pathOf: (object: KubernetesObject) => Promise<string>,
    isHook: boolean,
  ): Promise<void> {
    for (const body of objects) {
      const path = await pathOf(body);
      const target = requestTarget(path);
      if (!target) continue;
      const request: HelmRequest = { method: 'POST', path, target, query: {}, contentType: 'application/json', body };
      const live = await this.#live(request);
      // Helm deletes and recreates what a hook left behind; it leaves an existing kind alone.
      const before = isHook ? undefined : live;
      const { after, isTried } = live ? { after: isHook ? body : live, isTried: !isHook } : await this.#try(request);
      this.planned.push({ request, before, after, isTried, isHook, isAnyWay: true, madeUp: [] });
    }
  }

  // Helm's release record. A dry run of its creation shows whether it may be written and is not too large.
  async #record(request: HelmRequest): Promise<unknown> {
    const { method, body, path } = request;
    const place = objectPath(request) ?? path;
    if (method === 'DELETE') {
      this.#client.assertPermitted({ method, path, operation: this.#operation });
      return { kind: 'Status', apiVersion: 'v1', status: 'Success' };
    }
    const known = this.#made.get(place);
    if (method === 'POST' && !this.#namespaces.has(this.#place.namespace)) await this.#send(request);
    else this.#client.assertPermitted({ method, path, body, operation: this.#operation });
    const data = isObject(body?.data) ? body.data : {};
    const kind = request.target.resource === 'secrets' ? 'secret' : 'configmap';
    const release = await decodeRelease(data.release, kind).catch(() => undefined);
    // The newest of the written revisions is the resulting one.
    if (release && release.revision >= (this.release?.revision ?? 0)) this.release = release;
    const kept = { ...known, ...body };
    if (method === 'POST' || known) this.#made.set(place, kept);
    return kept;
  }

  async #try(request: HelmRequest): Promise<{ after: KubernetesObject; isTried: boolean }> {
    const { method, path, target, body = {} } = request;
    if (target.namespace !== undefined && this.#namespaces.has(target.namespace) && target.resource !== 'namespaces') {
      this.#client.assertPermitted({ method, path, body, operation: this.#operation });
      return { after: body, isTried: false };
    }
    return { after: await this.#send(request), isTried: true };
  }

  async #send({ method, path, query, contentType, body }: HelmRequest): Promise<KubernetesObject> {
    const dry =
      method === 'DELETE' ? { body: { kind: 'DeleteOptions', apiVersion: 'v1', ...body, dryRun: ['All'] } } : { body };
    const { body: after } = await this.#client.answer<KubernetesObject>({
      method,
      path,
      query: method === 'DELETE' ? query : { ...query, dryRun: 'All' },
      ...dry,
      ...(contentType && { contentType }),
      operation: this.#operation,
      signal: this.#signal,
    });
    return after;
  }

  async #live(request: HelmRequest): Promise<KubernetesObject | undefined> {
    const path = objectPath(request);
    if (path === undefined) return undefined;
    try {
      return await this.#client.json<KubernetesObject>({ path, operation: this.#operation, signal: this.#signal });
    } catch (error) {
      if (isApiError(error, 404)) return undefined;
      // What may be written but not read is shown only as it will be.
      if (error instanceof ApiError && error.code === 403) return undefined;
      throw error;
    }
  }

  // Makes a namespace or definition that does not exist yet visible to later requests.
  #keep(request: HelmRequest, after: KubernetesObject): void {
    const { target } = request;
    const path = objectPath(request);
    const name = target.name ?? request.body?.metadata?.name;
    if (path === undefined || name === undefined) return;
    if (target.group === '' && target.resource === 'namespaces') this.#namespaces.add(name);
    else if (target.resource === CRD) after = { ...after, status: { conditions: ESTABLISHED } };
    else return;
    this.#made.set(path, after);
  }

  /** By key, which matches a write with that of another trial. */
  byKey(): Map<string, PlannedWrite> {
    return new Map(this.planned.map((one) => [keyOf(one.request), one]));
  }
}

const ESTABLISHED = ['Established', 'NamesAccepted'].map((type) => ({ type, status: 'True' }));

/** Is it helm's own record of this release? */
export function isRecord(
  { target, body }: Pick<HelmRequest, 'target' | 'body'>,
  { name, namespace }: ReleasePlace,
): boolean {
  if (target.group !== '' || !['secrets', 'configmaps'].includes(target.resource)) return false;
  if (target.namespace !== namespace || target.subresource !== undefined) return false;
  const own = target.name ?? body?.metadata?.name ?? '';
  const prefix = `sh.helm.release.v1.${name}.v`;
  return own.startsWith(prefix) && /^\d+$/.test(own.slice(prefix.length));
}
