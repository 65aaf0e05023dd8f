import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { namedDifferences, resultDifferences } from '../../../../src/kubernetes/changes/named-differences.ts';

const deployment = (spec: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec });
const secret = (data: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, data });
const paths = (manifest: KubernetesObject, live: KubernetesObject) =>
  namedDifferences(manifest, live).differences.map(({ path }) => path);

describe('namedDifferences', () => {
  it('leaves aside what the manifest does not name, and members of named lists that others added', () => {
    const live = deployment({
      replicas: 3,
      paused: false,
      containers: [{ name: 'sidecar' }, { name: 'web', image: 'a' }],
    });
    assert.deepEqual(paths(deployment({ containers: [{ name: 'web', image: 'a' }] }), live), []);
    assert.deepEqual(paths(deployment({ containers: [{ name: 'web', image: 'b' }] }), live), [
      '.spec.containers[web].image',
    ]);
    assert.deepEqual(paths(deployment({ containers: [{ name: 'new', image: 'b' }] }), live), ['.spec.containers[new]']);
  });

  it('takes what is written otherwise for the same', () => {
    const live = deployment({ cpu: '100m', port: 80 });
    assert.deepEqual(paths(deployment({ cpu: 0.1, port: '80', affinity: {}, none: null, off: false }), live), []);
    assert.deepEqual(paths(deployment({ args: ['a', 'b'] }), deployment({ args: ['a', 'b', 'c'] })), ['.spec.args']);
  });

  it('finds members that share a name', () => {
    const [a, b] = ['a', 'b'].map((namespace) => ({ kind: 'ServiceAccount', name: 'default', namespace }));
    const binding = (...subjects: unknown[]) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      subjects,
    });
    for (const [one, other] of [
      [binding(a), binding(a, b)],
      [binding(a, b), binding(b)],
    ] as const) {
      assert.deepEqual(paths(one, other), ['.subjects']);
      assert.deepEqual(paths(other, one), ['.subjects']);
      assert.deepEqual(
        resultDifferences(one, other).map(({ path }) => path),
        ['.subjects'],
      );
    }
    assert.deepEqual(paths(binding(a, b), binding(a, b)), []);
    const env = (value: string) =>
      deployment({
        env: [
          { name: 'X', value: '1' },
          { name: 'X', value },
        ],
      });
    assert.deepEqual(paths(env('2'), env('3')), ['.spec.env[1].value']);
  });

  it('tells nothing of a redacted value, whatever is guessed', () => {
    const text = fc.string({ minLength: 1, maxLength: 20 });
    const base64 = (value: string) => Buffer.from(value).toString('base64');
    fc.assert(
      fc.property(text, text, (value, guess) => {
        const live = secret({ password: base64(value), user: base64('app') });
        const right = namedDifferences(secret({ password: base64(value) }), live);
        assert.deepEqual(namedDifferences(secret({ password: base64(guess) }), live), right);
        assert.deepEqual(right, { differences: [], unsaid: ['.data.password'] });
        const open = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, stringData: { password: guess } };
        assert.deepEqual(namedDifferences(open, live), right);
      }),
    );
  });
});
