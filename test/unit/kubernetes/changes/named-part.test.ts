import assert from 'node:assert/strict';
import fc from 'fast-check';
import { namedPart } from '../../../../src/kubernetes/changes/named-part.ts';

describe('the named part of a live object', () => {
  it('has what the manifest names, in its order, and nothing else', () => {
    const manifest = {
      kind: 'Deployment',
      spec: { replicas: 2, containers: [{ name: 'b', image: 'y' }, { name: 'a' }, { name: 'new' }] },
    };
    const live = {
      kind: 'Deployment',
      metadata: { uid: 'u' },
      spec: {
        paused: false,
        containers: [
          { name: 'a', image: 'x' },
          { name: 'b', image: 'z', env: [] },
        ],
        replicas: 3,
      },
    };
    assert.equal(
      JSON.stringify(namedPart(manifest, live)),
      JSON.stringify({
        kind: 'Deployment',
        spec: { replicas: 3, containers: [{ name: 'b', image: 'z' }, { name: 'a' }] },
      }),
    );
  });

  it('has each of the members that share a name', () => {
    const subjects = ['a', 'b'].map((namespace) => ({ name: 'default', namespace }));
    assert.deepEqual(namedPart({ subjects }, { subjects }), { subjects });
    assert.deepEqual(namedPart({ subjects: subjects.slice(1) }, { subjects }), { subjects });
  });

  it('is the manifest itself where the cluster has all of it', () => {
    const value = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.oneof(fc.string(), fc.array(fc.integer())), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(value, value, (manifest, more) => {
        assert.deepEqual(namedPart(manifest, { ...more, ...manifest }), manifest);
      }),
    );
  });
});
