import assert from 'node:assert/strict';
import { LiveReleases } from '../../../../src/extension/views/live-releases.ts';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { record, recordsIn } from '../../../support/release-watches.ts';
import { soon } from '../../../support/until.ts';

function listOver(stored: Parameters<typeof recordsIn>[0], filter = '') {
  const cluster = recordsIn(stored);
  const changes: (string | undefined)[] = [];
  const onChange = (name: string | undefined) => void changes.push(name);
  const list = new LiveReleases({ client: cluster.client, namespace: 'shop', filter, onChange });
  return { ...cluster, list, changes };
}

const words = (list: LiveReleases) => list.releases.map((one) => `${one.name} ${one.revision} ${one.status}`);

describe('live releases', () => {
  it('are the newest revisions by name, and follow what Helm does', async () => {
    const stored = { secrets: [record('web', 1, 'superseded'), record('web', 2), record('api', 1)], configmaps: [] };
    const { list, watches, changes } = listOver(stored);
    list.start();
    await list.ready;
    assert.deepEqual(words(list), ['api 1 deployed', 'web 2 deployed']);
    await soon(() => watches.secrets.length === 1);
    assert.deepEqual(changes.splice(0), [undefined]);
    const [watch] = watches.secrets;
    // An upgrade that fails changes one row, twice; what becomes of its predecessor changes none.
    watch?.send('ADDED', record('web', 3, 'pending-upgrade'));
    watch?.send('MODIFIED', record('web', 2, 'superseded'));
    watch?.send('MODIFIED', record('web', 3, 'failed'));
    await soon(() => list.latest('web')?.status === 'failed');
    assert.deepEqual(changes.splice(0), ['web', 'web']);
    watch?.send('ADDED', record('new', 1, 'pending-install'));
    watch?.send('DELETED', record('api', 1));
    await soon(() => list.latest('api') === undefined);
    assert.deepEqual(changes, [undefined, undefined]);
    assert.deepEqual(words(list), ['new 1 pending-install', 'web 3 failed']);
    list.stop();
  });

  it('are those that fit the filter', async () => {
    const { list, watches, changes } = listOver(
      { secrets: [record('web', 1), record('api', 1)], configmaps: [] },
      'we',
    );
    list.start();
    await list.ready;
    await soon(() => watches.secrets.length === 1);
    watches.secrets[0]?.send('ADDED', record('cart', 1));
    watches.secrets[0]?.send('ADDED', record('web', 2));
    await soon(() => list.latest('web')?.revision === 2);
    assert.deepEqual([words(list), changes], [['web 2 deployed'], [undefined, 'web']]);
    list.stop();
  });

  it('stay when they are no longer followed, and catch up when they are again', async () => {
    const stored = { secrets: [record('web', 1)], configmaps: [] };
    const { list, watches, changes } = listOver(stored);
    list.start();
    await list.ready;
    list.stop();
    assert.deepEqual(words(list), ['web 1 deployed']);
    stored.secrets = [record('web', 4)];
    list.start();
    await soon(() => list.latest('web')?.revision === 4);
    assert.deepEqual(changes, [undefined, 'web'], 'the rows are the same, and one has changed');
    await soon(() => watches.secrets.length > 0);
    list.stop();
  });

  it('say why there are none, and are read again once they have been stopped', async () => {
    const stored: Parameters<typeof recordsIn>[0] = { secrets: new ApiError(500, '', 'not now'), configmaps: [] };
    const { list, requests } = listOver(stored);
    list.start();
    await list.ready;
    assert.match(String(list.problem), /not now/);
    const asked = requests.length;
    list.start();
    assert.equal(requests.length, asked);
    list.stop();
    stored.secrets = [record('web', 1)];
    list.start();
    await list.ready;
    assert.deepEqual([list.problem, words(list)], [undefined, ['web 1 deployed']]);
    list.stop();
  });

  it('keep nobody waiting when they are stopped before they are read', async () => {
    const { list } = listOver({ secrets: [], configmaps: [] });
    list.start();
    const { ready } = list;
    list.stop();
    await ready;
  });
});
