import assert from 'node:assert/strict';
import { applySetId } from '../../../../src/kubernetes/writes/apply-set.ts';

describe('an ApplySet', () => {
  it('has the id that KEP-3659 derives, which is a label value', () => {
    const id = applySetId('parent', 'shop', 'ConfigMap', '');
    assert.match(id, /^applyset-[A-Za-z0-9_-]{43}-v1$/);
    assert.ok(id.length <= 63);
    assert.notEqual(id, applySetId('parent', 'shop', 'Secret', ''));
    assert.notEqual(id, applySetId('parent', 'other', 'ConfigMap', ''));
  });
});
