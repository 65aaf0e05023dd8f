import assert from 'node:assert/strict';
import type { JsonObject, KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { applyPatch } from '../../../../src/kubernetes/writes/apply-trial.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A live object that was last applied with other fields, beside those of others. */
function live(spec: JsonObject, applied: JsonObject, fieldsV1: JsonObject = {}): KubernetesObject {
  const annotations = { [LAST_APPLIED]: JSON.stringify({ metadata: { annotations: {} }, spec: applied }) };
  return { metadata: { name: 'web', annotations, managedFields: [{ manager: 'kubectl', fieldsV1 }] }, spec };
}

describe('applyPatch', () => {
  const patch = (spec: JsonObject, is: KubernetesObject, type: 'strategic' | 'merge' = 'strategic') =>
    applyPatch({ metadata: { name: 'web', resourceVersion: '7', uid: 'x' }, spec, status: {} }, is, type);

  it('removes what the last apply set and the manifest no longer names, and nothing else', () => {
    const is = live({ replicas: 3, paused: true, other: 1 }, { replicas: 3, paused: true, gone: 1 });
    assert.deepEqual(patch({ replicas: 3 }, is), {
      metadata: { name: 'web', annotations: {} },
      spec: { replicas: 3, paused: null },
    });
    assert.deepEqual(patch({ replicas: 3 }, { ...is, metadata: {} }).spec, { replicas: 3 });
  });

  it('removes what has the name of what every object inherits', () => {
    const is = live({ constructor: 1, toString: 2 }, { constructor: 1, toString: 2 });
    assert.deepEqual(patch({}, is).spec, { constructor: null, toString: null });
  });

  it('knows the members of lists by the keys of their owners', () => {
    const fields = {
      'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': {}, 'k:{"port":81,"protocol":"TCP"}': {} } },
    };
    const is = live(
      { ports: [{ port: 80, name: 'a' }, { port: 81 }] },
      { ports: [{ port: 80, name: 'a' }, { port: 81 }] },
      fields,
    );
    assert.deepEqual(patch({ ports: [{ port: 80 }] }, is).spec, {
      ports: [
        { port: 80, name: null },
        { $patch: 'delete', port: 81 },
      ],
    });
    // Lists of others, and those of custom resources, are replaced.
    assert.deepEqual(patch({ ports: [{ port: 80 }] }, is, 'merge').spec, { ports: [{ port: 80 }] });
    assert.deepEqual(patch({ args: ['a'] }, live({ args: ['b'] }, { args: ['b'] })).spec, { args: ['a'] });
  });

  it('survives an annotation that holds something else', () => {
    for (const text of ['', '{', '[]', 'null', '7'])
      assert.deepEqual(patch({ a: 1 }, { metadata: { annotations: { [LAST_APPLIED]: text } }, spec: { b: 1 } }).spec, {
        a: 1,
      });
  });
});
