import assert from 'node:assert/strict';
import { logAddress, logUri } from '../../../../src/extension/logs/log-uri.ts';

const NODE = { resource: 'deployments.apps', namespace: undefined, name: 'web.1' };

describe('the address of a log', () => {
  it('survives its URI, whatever the names', () => {
    const coordinates = { context: 'arn:aws:eks/x&y=z', namespace: 'shop', resource: 'pods', name: 'web.yaml' };
    for (const container of [undefined, 'app'])
      for (const previous of [false, true])
        for (const target of [undefined, 'a folder'])
          for (const others of [[], [{ resource: 'pods', namespace: 'a', name: 'b' }, NODE]]) {
            const address = { target, coordinates, container, previous, others };
            const { pathname, search } = new URL(logUri(address));
            const [path, query] = [decodeURIComponent(pathname), search.slice(1)];
            assert.match(path, /^\/arn:aws:eks∕x&y=z\/shop\/pods\/web\.yaml\.log$/);
            const found = logAddress(path, query);
            assert.deepEqual(found && { ...found, target: found.target && decodeURIComponent(found.target) }, address);
          }
  });

  it('is of logs only', () => {
    assert.equal(logAddress('/shop/pods/web.yaml', 'context=a'), undefined);
  });
});
