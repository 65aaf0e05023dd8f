import assert from 'node:assert/strict';
import { driftOf } from '../../../../src/kubernetes/helm/drift.ts';

const deployment = (spec: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec });
const paths = (manifest: object, live: object) =>
  driftOf(deployment(manifest), deployment(live)).map(({ path }) => path);

describe('drift', () => {
  it('is what of the manifest is live otherwise, and nothing that it does not name', () => {
    assert.deepEqual(paths({ replicas: 1 }, { replicas: 3, paused: true }), ['.spec.replicas']);
    assert.deepEqual(
      paths(
        { containers: [{ name: 'b', image: 'x:1' }] },
        {
          containers: [
            { name: 'a', image: 'y' },
            { name: 'b', image: 'x:2', tty: false },
          ],
        },
      ),
      ['.spec.containers[b].image'],
    );
  });

  it('is not another way to write the same', () => {
    assert.deepEqual(
      paths(
        { cpu: '1000m', memory: '1024Mi', port: 80, list: [], text: '', none: null },
        { cpu: '1', memory: '1Gi', port: '80' },
      ),
      [],
    );
  });

  it('is another length of a list whose members have no names', () => {
    assert.deepEqual(paths({ args: ['a'] }, { args: ['a', 'b'] }), ['.spec.args']);
    assert.deepEqual(paths({ env: [{ name: 'A' }] }, { env: [{ name: 'B' }, { name: 'A' }] }), []);
    assert.deepEqual(paths({ env: [{ name: 'A', value: 'x' }] }, { env: [{ name: 'B' }] }), ['.spec.env[A]']);
  });

  it('shows no secret', () => {
    const secret = (value: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { a: value },
    });
    const [found] = driftOf(secret('b25l'), secret('dHdv'));
    assert.equal(found?.path, '.data.a');
    assert.doesNotMatch(JSON.stringify(found), /b25l|dHdv/);
  });
});
