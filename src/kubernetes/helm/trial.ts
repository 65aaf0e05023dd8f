import { ApiError, isApiError, RefusedError } from '../apimachinery/errors.ts';
import { fieldAt } from '../apimachinery/fields.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import { APPLY_TYPE, METADATA_TYPE } from '../apimachinery/media-types.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { requestTarget } from '../apimachinery/request-target.ts';
import type { ApiClient } from '../client/client.ts';
import type { HelmRequest, HelmWrites } from './helm-gate.ts';
import { keyOf, objectPath, type PlannedWrite, targetText } from './planned-write.ts';
import { decodeRelease, type Release } from './release.ts';
import { isRecord, type ReleasePlace } from './release-record.ts';

const CRD = 'customresourcedefinitions';

/**
 * What helm would write: each of its writes becomes a dry run on the API server, and is kept. What it needs to find again of
 * that, such as its own record of the release, it finds.
 */
export class Trial implements HelmWrites {
  readonly planned: PlannedWrite[] = [];
  /** The release as it would be stored; undefined when none would. */
  release: Release | undefined;
  readonly #client: ApiClient;
  readonly #operation: HelmOperation;
  readonly #place: ReleasePlace;
  readonly #signal: AbortSignal;
  /** Of the records that are there, by path. */
  readonly recordUids = new Map<string, string>();
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
    const gone = request.method === 'DELETE';
    const kept = { request, before, isHook: false, isAnyWay: false, madeUp: [] };
    const { after, isTried } = await this.#try(request).catch((error: unknown) => {
      // Nor is it deleted later, if somebody makes it meanwhile.
      if (gone && isApiError(error, 404))
        this.planned.push({ ...kept, uid: undefined, after: undefined, isTried: true });
      throw error;
    });
    const uid = uidOf(request, before, isTried ? after : undefined);
    if (gone && isTried && uid === undefined)
      throw new RefusedError(`Which ${targetText(request.target)} would be deleted is not known, so nothing is.`);
    this.planned.push({ ...kept, uid, after: gone ? undefined : after, isTried });
    if (!gone) this.#keep(request, after);
    return after;
  }

  /** Tries what helm was told to leave out, because it would wait for it: hooks, and the kinds that a chart brings. */
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
      // What a hook has left helm deletes, and makes it anew; a kind that is there helm leaves alone.
      const before = isHook ? undefined : live;
      const { after, isTried } = live ? { after: isHook ? body : live, isTried: !isHook } : await this.#try(request);
      const uid = live?.metadata?.uid;
      this.planned.push({ request, before, uid, after, isTried, isHook, isAnyWay: true, madeUp: [] });
    }
  }

  // Helm's record of the release. That it may be written, and is not too large, is found out by a dry run of the creation.
  async #record(request: HelmRequest): Promise<unknown> {
    const { method, body, path } = request;
    const place = objectPath(request) ?? path;
    if (method !== 'POST' && !this.#made.has(place)) await this.#recordUid(place);
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
    // Of the revisions that are written the newest is the one that comes to be.
    if (release && release.revision >= (this.release?.revision ?? 0)) this.release = release;
    const kept = { ...known, ...body };
    if (method === 'POST' || known) this.#made.set(place, kept);
    return kept;
  }

  async #recordUid(path: string): Promise<void> {
    const request = { path, accept: METADATA_TYPE, operation: this.#operation, signal: this.#signal };
    const uid = (await this.#client.json<KubernetesObject>(request)).metadata?.uid;
    if (uid !== undefined) this.recordUids.set(path, uid);
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
      // What may be written but not read is shown as it will be.
      if (error instanceof ApiError && error.code === 403) return undefined;
      throw error;
    }
  }

  // A namespace or a definition that does not exist yet is there for what comes after it.
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

  /** By key: a write of another trial is found by it. */
  byKey(): Map<string, PlannedWrite> {
    return new Map(this.planned.map((one) => [keyOf(one.request), one]));
  }
}

const ESTABLISHED = ['Established', 'NamesAccepted'].map((type) => ({ type, status: 'True' }));

/** Of the object that is written; undefined for a new one, and where the answer to the dry run does not say. */
function uidOf(
  { method, contentType }: HelmRequest,
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
): string | undefined {
  if (before) return before.metadata?.uid;
  // An apply may create the object: its uid is of the dry run.
  if (method === 'DELETE' || (method === 'PATCH' && contentType !== APPLY_TYPE)) {
    const told = fieldAt(after, 'details', 'uid');
    return typeof told === 'string' ? told : after?.metadata?.uid;
  }
  return undefined;
}
