import assert from 'node:assert/strict';
import { parseReference } from '../../../../src/extension/browse/resource-reference.ts';
import { UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';

describe('resource reference', () => {
  const web = { kind: 'deploy', name: 'web', namespace: undefined, context: undefined };

  for (const [text, expected] of [
    ['deploy/web', web],
    ['  deploy   web ', web],
    ['deploy/web -n shop', { ...web, namespace: 'shop' }],
    ['-n shop deploy web', { ...web, namespace: 'shop' }],
    ['deploy/web -nshop', { ...web, namespace: 'shop' }],
    ['deploy/web -n=shop', { ...web, namespace: 'shop' }],
    ['deploy/web --namespace=shop --context y', { ...web, namespace: 'shop', context: 'y' }],
    ['deploy/web --context "my cluster"', { ...web, context: 'my cluster' }],
    ["deploy/web --context='my cluster'", { ...web, context: 'my cluster' }],
    ['kubectl get deploy web -n shop -o yaml', { ...web, namespace: 'shop' }],
    ['Deployment.apps/web', { ...web, kind: 'Deployment.apps' }],
    ['clusterrole/system:node', { ...web, kind: 'clusterrole', name: 'system:node' }],
  ] as const) {
    it(`understands ${text}`, () => assert.deepEqual(parseReference(text), expected));
  }

  for (const [text, words] of [
    ['', /Which object\?/],
    ['deploy', /Which deploy\?/],
    ['deploy/', /Which deploy\?/],
    ['/web', /kind is missing/],
    ['deploy/web api', /"api" is one word too many/],
    ['deploy web api', /"api" is one word too many/],
    ['deploy/web -n', /-n needs a value/],
    ['deploy/web -n --context x', /-n needs a value/],
    ['deploy/web --force', /--force is not understood/],
    ['deploy/web -A', /name it with -n/],
  ] as const) {
    it(`says what is wrong with ${text || 'nothing'}`, () => {
      assert.throws(
        () => parseReference(text),
        (error) => error instanceof UserError && words.test(error.message),
      );
    });
  }
});
