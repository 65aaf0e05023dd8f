import { pathOf } from '../apimachinery/api-resource.ts';
import { ApiError, isApiError, RefusedError, UserError } from '../apimachinery/errors.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import { LIMITS } from '../apimachinery/limits.ts';
import { METADATA_LIST_TYPE } from '../apimachinery/media-types.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import type { ApiClient } from '../client/client.ts';
import { listAll } from '../client/pages.ts';
import { JsonReader } from '../text/json-reader.ts';
import { decodeRelease, type Release, ReleaseError } from './release.ts';

/** The kinds of objects Helm stores releases in, chosen by Helm's `HELM_DRIVER`. */
const DRIVERS = [
  { resource: { group: '', version: 'v1', name: 'secrets', namespaced: true }, kind: 'secret', plural: 'Secrets' },
  {
    resource: { group: '', version: 'v1', name: 'configmaps', namespaced: true },
    kind: 'configmap',
    plural: 'ConfigMaps',
  },
] as const;

type Driver = (typeof DRIVERS)[number];

/** The most revisions read, over all releases. */
const MAX_REVISIONS = 50_000;
/** As Helm allows them: a name must fit a label selector. */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,51}[a-z0-9])?$/;

/** A revision as its labels describe it, without the payload. */
export interface StoredRevision {
  namespace: string;
  name: string;
  revision: number;
  status: string;
  /** When its status was set. */
  modified: string;
  /** The name of the object it is stored in. */
  objectName: string;
  driver: Driver;
}

/** Can a release have this name? */
export function isReleaseName(name: string): boolean {
  return NAME.test(name);
}

/** @throws UserError */
export function assertReleaseName(name: string): void {
  if (isReleaseName(name)) return;
  throw new UserError(
    `${JSON.stringify(name.slice(0, 60))} can be no name of a Helm release: lower case letters, digits, - and ., at most 53.`,
  );
}

/** The stored revisions, read for one Helm operation. */
export class ReleaseStorage {
  readonly #client: ApiClient;
  readonly #operation: HelmOperation;
  readonly #signal: AbortSignal;

  constructor(client: ApiClient, operation: HelmOperation, signal: AbortSignal) {
    this.#client = client;
    this.#operation = operation;
    this.#signal = signal;
  }

  /** All revisions, in all namespaces unless one is given, and of one release if a name is given. */
  async revisions(namespace: string | undefined, name?: string): Promise<StoredRevision[]> {
    const [secrets, configMaps] = await Promise.allSettled(
      DRIVERS.map((driver) => this.#revisionsIn(driver, namespace, name)),
    );
    if (secrets?.status !== 'fulfilled') throw this.#explained(secrets?.reason, namespace);
    // ConfigMaps are rarely used, so missing permission to read them is ignored.
    return [...secrets.value, ...(configMaps?.status === 'fulfilled' ? configMaps.value : [])];
  }

  /** The whole revision. @throws ReleaseError when it cannot be read. */
  async read({ namespace, objectName, driver, name, revision }: StoredRevision): Promise<Release> {
    const path = pathOf(driver.resource, namespace, objectName);
    try {
      // Streamed, so that the witness does not see it: its only value is the release, not a secret to search for.
      const pieces = await this.#client.stream({ path, operation: this.#operation, signal: this.#signal });
      const reader = new JsonReader(LIMITS.object);
      for await (const piece of pieces) reader.push(piece);
      const object = await reader.read();
      const data = isObject(object) && isObject(object.data) ? object.data : {};
      return await decodeRelease(data.release, driver.kind);
    } catch (error) {
      if (error instanceof ReleaseError)
        throw new ReleaseError(
          `Revision ${revision} of release "${name}" in namespace ${namespace} cannot be read: ${error.message}.`,
        );
      if (isApiError(error, 403)) throw this.#explained(error, namespace);
      throw error;
    }
  }

  async #revisionsIn(
    driver: Driver,
    namespace: string | undefined,
    name: string | undefined,
  ): Promise<StoredRevision[]> {
    const labelSelector = name === undefined ? 'owner=helm' : `owner=helm,name=${name}`;
    const { items } = await listAll(
      this.#client,
      {
        path: pathOf(driver.resource, namespace),
        query: { labelSelector },
        accept: METADATA_LIST_TYPE,
        operation: this.#operation,
        signal: this.#signal,
      },
      MAX_REVISIONS,
    );
    return items.flatMap((item) => revisionOf(item, driver) ?? []);
  }

  #explained(error: unknown, namespace: string | undefined): unknown {
    if (!(error instanceof ApiError) || error.code !== 403) return error;
    const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
    const role = namespace === undefined ? 'ClusterRole' : 'Role';
    return new ForbiddenReleasesError(
      `This user may not read Secrets ${where}, where Helm keeps its releases: a ${role} with the verbs get and list on secrets would do.`,
    );
  }
}

/** Releases this user may not read. */
export class ForbiddenReleasesError extends RefusedError {
  override name = 'ForbiddenReleasesError';
}

function revisionOf({ metadata = {} }: KubernetesObject, driver: Driver): StoredRevision | undefined {
  const { name: objectName = '', namespace = '', labels = {}, creationTimestamp = '' } = metadata;
  const { name, version, status = 'unknown', modifiedAt } = labels;
  const revision = Number(version);
  if (name === undefined || !Number.isInteger(revision)) return undefined;
  const seconds = Number(modifiedAt);
  const modified = modifiedAt && Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : creationTimestamp;
  return { namespace, name, revision, status, modified, objectName, driver };
}

/** The newest revision of each release, by namespace and name. */
export function latestRevisions(revisions: readonly StoredRevision[]): StoredRevision[] {
  const latest = new Map<string, StoredRevision>();
  for (const one of revisions) {
    const key = `${one.namespace}/${one.name}`;
    const known = latest.get(key);
    if (!known || known.revision < one.revision) latest.set(key, one);
  }
  const place = ({ namespace, name }: StoredRevision) => `${namespace}/${name}`;
  return [...latest.values()].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}
