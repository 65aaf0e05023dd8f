import { pathOf } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';
import { RELEASE_SELECTOR } from '../apimachinery/helm-storage.ts';
import type { ApiClient } from '../client/client.ts';
import { watch } from '../client/watch.ts';
import { DRIVERS, type Driver, explained, revisionOf, type StoredRevision } from './release-storage.ts';

/** What is asked of the cluster. */
export type ReleaseWatchClient = Pick<ApiClient, 'json' | 'stream'>;

/**
 * Follows the revisions of a namespace: tells all of them once they are known, and again after each change. Ends with the
 * signal, or early for a user who may list them and not watch them.
 * @throws when they cannot be read
 */
export async function followRevisions(
  client: ReleaseWatchClient,
  namespace: string,
  signal: AbortSignal,
  onChange: (revisions: StoredRevision[]) => void,
): Promise<void> {
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const known = new Map<Driver, StoredRevision[]>();
  const tell = (driver: Driver, revisions: StoredRevision[]) => {
    known.set(driver, revisions);
    if (known.size === DRIVERS.length) onChange(DRIVERS.flatMap((one) => known.get(one) ?? []));
  };
  const follow = async (driver: Driver) => {
    for await (const revisions of revisionsIn(client, driver, namespace, either)) tell(driver, revisions);
  };
  const [secrets, configMaps] = DRIVERS;
  // Hardly anybody keeps them in ConfigMaps: who may not look there misses nothing.
  const others = follow(configMaps).catch(() => tell(configMaps, known.get(configMaps) ?? []));
  try {
    await follow(secrets);
    await others;
  } catch (error) {
    throw explained(error, namespace);
  } finally {
    ending.abort();
  }
}

async function* revisionsIn(
  client: ReleaseWatchClient,
  driver: Driver,
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<StoredRevision[], void> {
  const revisions = new Map<string, StoredRevision>();
  let synced = false;
  const request = {
    ...{ path: pathOf(driver.resource, namespace), labelSelector: RELEASE_SELECTOR, metadataOnly: true, signal },
    operation: 'helmReleaseList' as const,
  };
  try {
    for await (const event of watch(client, request)) {
      if (event.type === 'SYNC') synced = true;
      else {
        const revision = revisionOf(event.object, driver);
        if (!revision) continue;
        if (event.type === 'DELETED') revisions.delete(revision.objectName);
        else revisions.set(revision.objectName, revision);
      }
      if (synced) yield [...revisions.values()];
    }
  } catch (error) {
    // Get and list are enough to see releases.
    if (!synced || !isApiError(error, 403)) throw error;
  }
}
