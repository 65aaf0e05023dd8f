import { pathOf } from '../apimachinery/api-resource.ts';
import { ApiError, isApiError, RefusedError, UserError } from '../apimachinery/errors.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import { RELEASE_SELECTOR } from '../apimachinery/helm-storage.ts';
import { LIMITS } from '../apimachinery/limits.ts';
import { METADATA_LIST_TYPE } from '../apimachinery/media-types.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import type { ApiClient } from '../client/client.ts';
import { listAll } from '../client/pages.ts';
import { decodeRelease, type Release, ReleaseError } from './release.ts';
import { readUnseen } from './unseen.ts';

/** The kinds of objects that Helm keeps releases in; which one is a setting of Helm's, `HELM_DRIVER`. */
export const DRIVERS = [
  { resource: { group: '', version: 'v1', name: 'secrets', namespaced: true }, kind: 'secret', plural: 'Secrets' },
  {
    resource: { group: '', version: 'v1', name: 'configmaps', namespaced: true },
    kind: 'configmap',
    plural: 'ConfigMaps',
  },
] as const;

export type Driver = (typeof DRIVERS)[number];

/** How many revisions are looked at, of all releases together. */
const MAX_REVISIONS = 50_000;
/** As Helm allows them: what a label selector cannot hold is none. */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,51}[a-z0-9])?$/;

/** A revision as its labels describe it, without its payload. */
export interface StoredRevision {
  namespace: string;
  name: string;
  revision: number;
  status: string;
  /** When its status was set. */
  modified: string;
  /** Of the object that it is kept in. */
  objectName: string;
  driver: Driver;
}

/** Is it a name that a release can have? */
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

/** The stored revisions, read on behalf of one operation of Helm. */
export class ReleaseStorage {
  readonly #client: ApiClient;
  readonly #operation: HelmOperation;
  readonly #signal: AbortSignal;

  constructor(client: ApiClient, operation: HelmOperation, signal: AbortSignal) {
    this.#client = client;
    this.#operation = operation;
    this.#signal = signal;
  }

  /** All revisions, in all namespaces unless one is given; of one release where a name is given. */
  async revisions(namespace: string | undefined, name?: string): Promise<StoredRevision[]> {
    const [secrets, configMaps] = await Promise.allSettled(
      DRIVERS.map((driver) => this.#revisionsIn(driver, namespace, name)),
    );
    if (secrets?.status !== 'fulfilled') throw explained(secrets?.reason, namespace);
    // Hardly anybody keeps them there: who may not look misses nothing.
    return [...secrets.value, ...(configMaps?.status === 'fulfilled' ? configMaps.value : [])];
  }

  /** The whole revision. @throws ReleaseError when it cannot be read. */
  async read({ namespace, objectName, driver, name, revision }: StoredRevision): Promise<Release> {
    const path = pathOf(driver.resource, namespace, objectName);
    try {
      const request = { path, operation: this.#operation, signal: this.#signal };
      const object = await readUnseen(this.#client, request, LIMITS.object);
      const data = isObject(object) && isObject(object.data) ? object.data : {};
      return await decodeRelease(data.release, driver.kind);
    } catch (error) {
      if (error instanceof ReleaseError)
        throw new ReleaseError(
          `Revision ${revision} of release "${name}" in namespace ${namespace} cannot be read: ${error.message}.`,
        );
      if (isApiError(error, 403)) throw explained(error, namespace);
      throw error;
    }
  }

  async #revisionsIn(
    driver: Driver,
    namespace: string | undefined,
    name: string | undefined,
  ): Promise<StoredRevision[]> {
    const labelSelector = name === undefined ? RELEASE_SELECTOR : `${RELEASE_SELECTOR},name=${name}`;
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
}

/** The error, or what would have to be permitted to read releases there. */
export function explained(error: unknown, namespace: string | undefined): unknown {
  if (!(error instanceof ApiError) || error.code !== 403) return error;
  const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
  const role = namespace === undefined ? 'ClusterRole' : 'Role';
  return new ForbiddenReleasesError(
    `This user may not read Secrets ${where}, where Helm keeps its releases: a ${role} with the verbs get and list on secrets would do.`,
  );
}

/** Releases that this user may not read. */
export class ForbiddenReleasesError extends RefusedError {
  override name = 'ForbiddenReleasesError';
}

/** The revision that an object keeps; undefined for other objects. */
export function revisionOf({ metadata = {} }: KubernetesObject, driver: Driver): StoredRevision | undefined {
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
