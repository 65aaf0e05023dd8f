import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { ForbiddenReleasesError, type StoredRevision } from '../../../../src/kubernetes/helm/release-storage.ts';
import { followRevisions } from '../../../../src/kubernetes/helm/release-watch.ts';
import { record, recordsIn } from '../../../support/release-watches.ts';
import { soon } from '../../../support/until.ts';

const forbidden = new ApiError(403, 'Forbidden', 'not for you');

/** Follows the namespace `shop`; `told` has what was told, in words. */
function following({ client }: ReturnType<typeof recordsIn>) {
  const ending = new AbortController();
  const told: string[] = [];
  const words = (one: StoredRevision) => `${one.name} ${one.revision} ${one.status} ${one.driver.kind}`;
  const ended = followRevisions(client, 'shop', ending.signal, (all) => void told.push(all.map(words).join(', ')));
  return { told, ended, stop: () => ending.abort() };
}

describe('following revisions', () => {
  it('tells all of them once both kinds of storage are read, and again after each change', async () => {
    const cluster = recordsIn({ secrets: [record('web', 1)], configmaps: [record('old', 3)] });
    const { told, ended, stop } = following(cluster);
    await soon(() => cluster.watches.secrets.length === 1 && cluster.watches.configmaps.length === 1);
    assert.equal(told.at(-1), 'web 1 deployed secret, old 3 deployed configmap');
    const [secrets] = cluster.watches.secrets;
    secrets?.send('ADDED', record('web', 2, 'pending-upgrade'));
    secrets?.send('MODIFIED', record('web', 2, 'failed'));
    secrets?.send('DELETED', record('web', 1));
    await soon(() => told.at(-1) === 'web 2 failed secret, old 3 deployed configmap');
    cluster.watches.configmaps[0]?.send('DELETED', record('old', 3));
    await soon(() => told.at(-1) === 'web 2 failed secret');
    stop();
    await ended;
  });

  it('asks for the labels of releases alone, as the listing of Helm', async () => {
    const cluster = recordsIn({ secrets: [], configmaps: [] });
    const { ended, stop } = following(cluster);
    await soon(() => cluster.requests.length === 4);
    for (const { operation, query, accept } of cluster.requests) {
      assert.deepEqual([operation, query?.labelSelector], ['helmReleaseList', 'owner=helm']);
      assert.match(accept ?? '', /PartialObjectMetadata/);
    }
    stop();
    await ended;
  });

  it('does without ConfigMaps that may not be read', async () => {
    const cluster = recordsIn({ secrets: [record('web', 1)], configmaps: forbidden });
    const { told, ended, stop } = following(cluster);
    await soon(() => told.length > 0);
    assert.equal(told[0], 'web 1 deployed secret');
    stop();
    await ended;
  });

  it('says what has to be permitted where Secrets may not be read, and follows nothing then', async () => {
    const cluster = recordsIn({ secrets: forbidden, configmaps: [] });
    const { told, ended } = following(cluster);
    await assert.rejects(
      ended,
      (error) => error instanceof ForbiddenReleasesError && /namespace shop/.test(error.message),
    );
    assert.deepEqual(told, []);
  });

  it('tells a user who may list and not watch what there is', async () => {
    const cluster = recordsIn({ secrets: [record('web', 1)], configmaps: [] }, forbidden);
    const { told, ended } = following(cluster);
    await ended;
    assert.equal(told.at(-1), 'web 1 deployed secret');
  });

  it('passes over objects that bear the label and keep no release', async () => {
    const stray = { metadata: { name: 'stray', namespace: 'shop', labels: { owner: 'helm' } } };
    const cluster = recordsIn({ secrets: [stray, record('web', 1)], configmaps: [] });
    const { told, ended, stop } = following(cluster);
    await soon(() => told.length > 0);
    assert.equal(told[0], 'web 1 deployed secret');
    stop();
    await ended;
  });
});
