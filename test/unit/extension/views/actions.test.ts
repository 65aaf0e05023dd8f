import assert from 'node:assert/strict';
import { canDo } from '../../../../src/extension/views/actions.ts';
import { kind } from '../../../support/api-resource.ts';

describe('actions of a kind', () => {
  it('are those that make sense for it', () => {
    const deployment = kind('Deployment', 'apps', { subresources: ['scale'] });
    assert.deepEqual(
      (['logs', 'terminal', 'forward', 'restart', 'scale', 'delete'] as const).filter((action) =>
        canDo(action, deployment),
      ),
      ['logs', 'forward', 'restart', 'scale', 'delete'],
    );
    assert.equal(canDo('terminal', kind('Pod')), true);
    assert.equal(canDo('logs', kind('ConfigMap')), false);
    assert.equal(canDo('delete', kind('Event', '', { verbs: ['list', 'get'] })), false);
  });
});
