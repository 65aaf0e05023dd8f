import { ApiError, isApiError, RefusedError } from '../apimachinery/errors.ts';
import { fieldText } from '../apimachinery/field-path.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import { APPLY_TYPE, METADATA_TYPE } from '../apimachinery/media-types.ts';
import { deepEqual, type KubernetesObject } from '../apimachinery/objects.ts';
import type { Change } from '../writes/change.ts';
import type { Writer } from '../writes/writer.ts';
import type { HelmRequest, HelmWrites } from './helm-gate.ts';
import type { Plan } from './plan.ts';
import { differences, isWithin, keyOf, objectPath, type PlannedWrite, targetText } from './planned-write.ts';
import { isRecord, type ReleasePlace } from './release-record.ts';

/** What was tried and reviewed. */
export interface Reviewed {
  plan: Plan;
  changes: ReadonlyMap<PlannedWrite, Change>;
  /** Of the release's records, by path. */
  recordUids: ReadonlyMap<string, string>;
}

/**
 * Lets through only what was reviewed: each write as it was tried, to the object that was there then or that helm has
 * made since, and helm's own release record.
 */
export class ReviewedWrites implements HelmWrites {
  readonly #writer: Writer;
  readonly #operation: HelmOperation;
  readonly #place: ReleasePlace;
  readonly #reviewed: Reviewed;
  /** Of what helm has written since, by path; undefined where it has deleted it. */
  readonly #made = new Map<string, string | undefined>();

  constructor(writer: Writer, operation: HelmOperation, place: ReleasePlace, reviewed: Reviewed) {
    this.#writer = writer;
    this.#operation = operation;
    this.#place = place;
    this.#reviewed = reviewed;
  }

  async write(request: HelmRequest): Promise<unknown> {
    const { plan, changes, recordUids } = this.#reviewed;
    if (isRecord(request, this.#place)) return this.#send(request, recordUids.get(request.path));
    const planned = plan.get(keyOf(request));
    if (!planned || !isReviewed(planned, request)) throw new RefusedError(refusalText(request, planned));
    const change = changes.get(planned);
    if (!change) return this.#send(request, planned.uid);
    const send = () => this.#send(request, planned.uid);
    if (request.method !== 'DELETE') return this.#writer.write(change, send, (object) => object);
    // What a hook left behind is deleted on its behalf.
    return this.#writer.write({ ...change, access: 'delete', after: undefined, sent: undefined }, send);
  }

  // Without the call's signal: a release whose upgrade is cancelled must still be marked as failed.
  async #send(request: HelmRequest, known: string | undefined): Promise<KubernetesObject> {
    const { method, path, query, contentType, body } = request;
    const place = objectPath(request) ?? path;
    const uid = method === 'POST' ? undefined : this.#made.has(place) ? this.#made.get(place) : known;
    const isNew = uid === undefined && !isRecord(request, this.#place);
    // It was not there when it was tried: who made it since keeps it.
    if (isNew && method === 'DELETE')
      throw new ApiError(404, 'NotFound', `${targetText(request.target)} was not there`);
    if (isNew && contentType === APPLY_TYPE) await this.#assertAbsent(request);
    const { body: done } = await this.#writer.connection.client.answer<KubernetesObject>({
      method,
      path,
      query,
      uid,
      ...(body && { body }),
      ...(contentType && { contentType }),
      operation: this.#operation,
    });
    this.#made.set(place, method === 'DELETE' ? undefined : done.metadata?.uid);
    return done;
  }

  // An apply would change it, and has no precondition against that.
  async #assertAbsent({ path, target }: HelmRequest): Promise<void> {
    const { client } = this.#writer.connection;
    const request = { path, accept: METADATA_TYPE, operation: this.#operation };
    const found = await client.json<KubernetesObject>(request).catch((error: unknown) => {
      if (isApiError(error, 404) || isApiError(error, 403)) return undefined;
      throw error;
    });
    if (found) throw new RefusedError(`${targetText(target)} was created by somebody else meanwhile: try again.`);
  }
}

function isReviewed({ request: reviewed, isHook, isAnyWay, madeUp }: PlannedWrite, request: HelmRequest): boolean {
  if (request.method === 'DELETE') return isHook || reviewed.method === 'DELETE';
  if (isAnyWay ? request.target.subresource !== undefined : !isSameWay(reviewed, request)) return false;
  const paths = differences(reviewed.body, request.body);
  return paths.every((path) => madeUp.some((field) => isWithin(path, field)));
}

function isSameWay(reviewed: HelmRequest, request: HelmRequest): boolean {
  return (
    reviewed.method === request.method &&
    reviewed.contentType === request.contentType &&
    deepEqual(reviewed.query, request.query)
  );
}

function refusalText(request: HelmRequest, planned: PlannedWrite | undefined): string {
  const what = targetText(request.target, request.body);
  if (!planned) return `Helm wanted to ${request.method} ${what}, which was not in what was reviewed: it was not sent.`;
  const paths = differences(planned.request.body, request.body).slice(0, 3).map(fieldText);
  return `Helm wanted to write ${what} otherwise than it was reviewed (${paths.join(', ')}), so it was not sent: the chart or the cluster gave another result than a moment ago. Try again.`;
}
