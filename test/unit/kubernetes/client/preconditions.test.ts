import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { APPLY_TYPE, PATCH_TYPES } from '../../../../src/kubernetes/apimachinery/media-types.ts';
import { conditionalBody, explainedConflict } from '../../../../src/kubernetes/client/preconditions.ts';

describe('a request about one object', () => {
  const of = { path: '/x', uid: 'u' };

  it('says so in the way of its method', () => {
    const options = { kind: 'DeleteOptions', apiVersion: 'v1' };
    const dryRun = { dryRun: ['All'] };
    assert.deepEqual(conditionalBody({ ...of, method: 'DELETE' }), { ...options, preconditions: { uid: 'u' } });
    assert.deepEqual(
      conditionalBody({
        ...of,
        method: 'DELETE',
        body: { ...dryRun, preconditions: { uid: 'other', resourceVersion: '1' } },
      }),
      { ...options, ...dryRun, preconditions: { uid: 'u', resourceVersion: '1' } },
    );
    for (const contentType of [PATCH_TYPES.merge, PATCH_TYPES.strategic, APPLY_TYPE])
      assert.deepEqual(conditionalBody({ ...of, method: 'PATCH', contentType, body: { metadata: { name: 'a' } } }), {
        metadata: { name: 'a', uid: 'u' },
      });
    assert.deepEqual(conditionalBody({ ...of, method: 'PUT', body: {} }), { metadata: { uid: 'u' } });
    assert.deepEqual(
      conditionalBody({ ...of, method: 'PATCH', contentType: PATCH_TYPES.json, body: [{ op: 'add' }] }),
      [{ op: 'test', path: '/metadata/uid', value: 'u' }, { op: 'add' }],
    );
  });

  it('is not sent where it cannot say so', () => {
    for (const method of ['GET', 'POST'] as const) assert.throws(() => conditionalBody({ ...of, method, body: {} }));
    assert.throws(() => conditionalBody({ ...of, method: 'PATCH', body: [] }));
  });

  it('is sent as it is where any object is meant', () => {
    const body = { metadata: { name: 'a' } };
    assert.equal(conditionalBody({ path: '/x', method: 'PATCH', body }), body);
    assert.equal(conditionalBody({ path: '/x', method: 'DELETE' }), undefined);
  });

  it('has a conflict with another object, whatever the API server calls that', () => {
    const invalid = new ApiError(422, 'Invalid', 'no', [{ field: 'metadata.uid', message: 'field is immutable' }]);
    assert.match(explainedConflict(invalid, of).message, /another has taken its name/);
    assert.equal(explainedConflict(invalid, of).code, 409);
    assert.equal(explainedConflict(invalid, {}), invalid);
    const other = new ApiError(422, 'Invalid', 'no', [{ field: 'spec' }]);
    assert.equal(explainedConflict(other, of), other);
  });
});
