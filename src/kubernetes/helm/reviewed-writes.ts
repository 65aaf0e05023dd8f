import { RefusedError } from '../apimachinery/errors.ts';
import { fieldText } from '../apimachinery/field-path.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import { deepEqual, type KubernetesObject } from '../apimachinery/objects.ts';
import type { Change } from '../writes/change.ts';
import type { Writer } from '../writes/writer.ts';
import type { HelmRequest, HelmWrites } from './helm-gate.ts';
import { differences, isWithin, keyOf, type PlannedWrite, targetText } from './planned-write.ts';
import { isRecord, type ReleasePlace } from './release-record.ts';

/** Lets through only what was reviewed: each write as it was tried, and helm's own release record. */
export class ReviewedWrites implements HelmWrites {
  readonly #writer: Writer;
  readonly #operation: HelmOperation;
  readonly #place: ReleasePlace;
  readonly #plan: ReadonlyMap<string, PlannedWrite>;
  readonly #changes: ReadonlyMap<PlannedWrite, Change>;

  constructor(
    writer: Writer,
    operation: HelmOperation,
    place: ReleasePlace,
    plan: ReadonlyMap<string, PlannedWrite>,
    changes: ReadonlyMap<PlannedWrite, Change>,
  ) {
    this.#writer = writer;
    this.#operation = operation;
    this.#place = place;
    this.#plan = plan;
    this.#changes = changes;
  }

  async write(request: HelmRequest): Promise<unknown> {
    if (isRecord(request, this.#place)) return this.#send(request);
    const planned = this.#plan.get(keyOf(request));
    if (!planned || !isReviewed(planned, request)) throw new RefusedError(refusalText(request, planned));
    const change = this.#changes.get(planned);
    if (!change) return this.#send(request);
    // What a hook left behind is deleted on its behalf.
    const own = request.method === 'DELETE' ? { ...change, access: 'delete' as const, after: undefined } : change;
    const made = request.method === 'DELETE' ? undefined : (object: KubernetesObject) => object;
    return this.#writer.write(own, () => this.#send(request), made);
  }

  // Without the call's signal: a release whose upgrade is cancelled must still be marked as failed.
  async #send({ method, path, query, contentType, body }: HelmRequest): Promise<KubernetesObject> {
    const { body: done } = await this.#writer.connection.client.answer<KubernetesObject>({
      method,
      path,
      query,
      ...(body && { body }),
      ...(contentType && { contentType }),
      operation: this.#operation,
    });
    return done;
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
