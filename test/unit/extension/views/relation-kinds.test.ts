import assert from 'node:assert/strict';
import { hasRelated } from '../../../../src/extension/views/relation-kinds.ts';
import { kind } from '../../../support/api-resource.ts';

describe('what can be opened in the view', () => {
  it('are objects that run something, lead to it, or are used by it', () => {
    for (const one of ['Pod', 'Service', 'Node', 'ConfigMap', 'Secret', 'ServiceAccount'])
      assert.ok(hasRelated(kind(one)), one);
    assert.ok(hasRelated(kind('CronJob', 'batch')));
    assert.ok(!hasRelated(kind('Event')));
    assert.ok(!hasRelated(kind('Pod', 'example.com')), 'another group’s kind of the same name');
  });
});
