import assert from 'node:assert/strict';
import { documentAddress, documentUri } from '../../../../src/extension/documents/document-uri.ts';

// Parses a URI into decoded parts, as VS Code does.
function parts(text: string): [path: string, query: string] {
  const [, path = '', query = ''] = /^k8s:\/\/([^?]*)\??(.*)$/.exec(text) ?? [];
  return [decodeURIComponent(path), decodeURIComponent(query)];
}

describe('document URI', () => {
  const coordinates = { context: 'kind', namespace: 'shop', resource: 'deployments.apps', name: 'web' };

  it('is that of the object, after its context', () => {
    assert.equal(
      documentUri({ target: undefined, coordinates }),
      'k8s:///kind/shop/deployments.apps/web.yaml?context=kind',
    );
  });

  it('names the folder where there are several', () => {
    assert.equal(
      documentUri({ target: 'api', coordinates }),
      'k8s:///kind/shop/deployments.apps/web.yaml?context=kind&folder=api',
    );
  });

  for (const address of [
    { target: undefined, coordinates },
    { target: 'api', coordinates },
    { target: 'api', coordinates: { ...coordinates, context: 'arn:aws:eks:eu:1:cluster/prod' } },
    { target: undefined, coordinates: { ...coordinates, namespace: undefined, name: 'system:node' } },
  ]) {
    it(`leads back to ${documentUri(address)}`, () => {
      assert.deepEqual(documentAddress(...parts(documentUri(address))), address);
    });
  }

  it('may leave the context out of the path, as resource links do', () => {
    const found = documentAddress('/shop/deployments.apps/web.yaml', 'context=kind');
    assert.deepEqual(found, { target: undefined, coordinates });
  });

  it('never shows one context and means another', () => {
    for (const query of ['context=prod', ''])
      assert.equal(documentAddress('/kind/shop/deployments.apps/web.yaml', query), undefined);
  });

  it('is not any other path', () => {
    for (const path of ['/', '/shop', '/shop/pods', '/shop/pods/web', '/shop/pods/.git/web.yaml'])
      assert.equal(documentAddress(path, ''), undefined);
  });
});
