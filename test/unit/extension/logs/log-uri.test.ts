import assert from 'node:assert/strict';
import { logAddress, logUri } from '../../../../src/extension/logs/log-uri.ts';

describe('the address of a log', () => {
  it('survives its URI, whatever the names', () => {
    const coordinates = { context: 'arn:aws:eks/x&y=z', namespace: 'shop', resource: 'pods', name: 'web.yaml' };
    for (const container of [undefined, 'app'])
      for (const previous of [false, true])
        for (const target of [undefined, 'a folder']) {
          const address = { target, coordinates, container, previous };
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
