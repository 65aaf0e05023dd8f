import assert from 'node:assert/strict';
import { pageAddress, pageUri } from '../../../../src/extension/pages/page-uri.ts';

describe('the address of a page', () => {
  const contexts = ['dev', 'arn:aws:eks:eu-west-1:123456789012:cluster/shop', 'a/b&c=d %~26', 'cluster.overview'];

  it('survives its URI, whatever the names', () => {
    for (const context of contexts)
      for (const target of [undefined, 'a folder & more'])
        for (const address of [
          { target, context },
          { target, coordinates: { context, namespace: 'shop', resource: 'pods', name: 'web.yaml' } },
          { target, coordinates: { context, namespace: undefined, resource: 'nodes', name: 'cluster' } },
        ]) {
          const { pathname, search } = new URL(pageUri(address));
          // As VS Code has them: decoded.
          const [path, query] = [decodeURIComponent(pathname), decodeURIComponent(search.slice(1))];
          assert.deepEqual(pageAddress(path, query), address);
        }
  });

  it('is of pages only, and of the context that its path names', () => {
    assert.equal(pageAddress('/shop/pods/web.yaml', 'context=a'), undefined);
    assert.equal(pageAddress('/a/a.overview', 'context=b'), undefined);
    assert.equal(pageAddress('/a/shop/pods/web.overview', 'context=b'), undefined);
  });
});
