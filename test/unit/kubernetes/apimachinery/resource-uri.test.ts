import assert from 'node:assert/strict';
import { coordinatesOf, resourceUri } from '../../../../src/kubernetes/apimachinery/resource-uri.ts';

describe('resourceUri', () => {
  it('survives odd names in both directions', () => {
    for (const coordinates of [
      { context: 'arn:aws:eks:eu:1:cluster/prod', namespace: 'shop', resource: 'deployments.apps', name: 'web' },
      {
        context: 'a&b=c %',
        namespace: undefined,
        resource: 'clusterroles.rbac.authorization.k8s.io',
        name: 'system:node',
      },
      { context: undefined, namespace: 'x', resource: 'pods', name: 'with.yaml.inside' },
    ]) {
      const { pathname, search } = new URL(resourceUri(coordinates));
      assert.deepEqual(coordinatesOf(decodeURIComponent(pathname), search.slice(1)), coordinates);
    }
  });

  it('is refused when it names anything else', () => {
    for (const path of ['/a/b', '/a/b/c', '/a/b/c.yaml/d', 'a/b/c.yaml', '/'])
      assert.equal(coordinatesOf(path, ''), undefined, path);
  });
});
