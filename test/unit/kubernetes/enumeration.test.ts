import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fieldSelector } from '../../../src/kubernetes/apimachinery/field-selector.ts';
import { requestTarget } from '../../../src/kubernetes/apimachinery/request-target.ts';
import { isAboutOne } from '../../../src/kubernetes/enumeration.ts';

function about(
  path: string,
  selectors: { fieldSelector?: string; labelSelector?: string },
  namespaced = true,
): boolean {
  const target = requestTarget(path);
  assert.ok(target);
  return isAboutOne(target, { fieldSelector: '', labelSelector: '', ...selectors }, namespaced);
}

describe('a list about one object', () => {
  const pods = '/api/v1/namespaces/shop/pods';
  const events = '/api/v1/namespaces/shop/events';

  it('is of its name, in one namespace or where there are none', () => {
    assert.ok(about(pods, { fieldSelector: 'metadata.name=web' }));
    assert.ok(about('/api/v1/nodes', { fieldSelector: 'metadata.name==n1' }, false));
    assert.ok(!about('/api/v1/pods', { fieldSelector: 'metadata.name=web' }), 'it would tell where it is');
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles';
    for (const name of ['a=b', 'a,b', 'a\\b', 'system:(x)', 'x,metadata.name='])
      assert.ok(about(roles, { fieldSelector: fieldSelector({ 'metadata.name': name }) }), name);
  });

  it('may be of its events, or of a Service’s endpoints', () => {
    assert.ok(about(events, { fieldSelector: 'type=Warning,involvedObject.uid=1' }));
    assert.ok(about('/apis/events.k8s.io/v1/namespaces/shop/events', { fieldSelector: 'regarding.name=web' }));
    const slices = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';
    assert.ok(about(slices, { labelSelector: 'kubernetes.io/service-name=web' }));
    assert.ok(about(slices, { labelSelector: 'a,kubernetes.io/service-name in (web)' }));
    assert.ok(!about(slices, { labelSelector: 'kubernetes.io/service-name in (web,shop)' }));
    const records = '/api/v1/namespaces/shop/secrets';
    assert.ok(about(records, { labelSelector: 'owner=helm,name=web' }));
    for (const labelSelector of ['owner=helm', 'name=web', 'owner=helmet,name=web', 'owner=helm,name in (web,shop)'])
      assert.ok(!about(records, { labelSelector }), labelSelector);
    assert.ok(!about(pods, { fieldSelector: 'involvedObject.name=web' }));
    assert.ok(!about(pods, { labelSelector: 'kubernetes.io/service-name=web' }));
    assert.ok(!about('/api/v1/events', { fieldSelector: 'involvedObject.name=web' }));
  });

  it('is none by a selector that leaves others in', () => {
    for (const fieldSelector of [
      '',
      'metadata.name!=web',
      'metadata.name=',
      'metadata.name=,metadata.namespace=shop',
      'status.phase=Running',
      'involvedObject.kind=Pod',
      'type=a\\,involvedObject.name=web',
      'xmetadata.name=web',
      'type=x=metadata.name=web',
    ])
      assert.ok(!about(events, { fieldSelector }), fieldSelector);
    assert.ok(!about(pods, { labelSelector: 'metadata.name=web' }));
  });

  it('is none by anything else, whatever is written there', () => {
    const part = fc.constantFrom('metadata.name', 'status.phase', '=', '!=', ',', '\\', 'x', ' ', '(', ')');
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
        (fieldSelector) => {
          const terms = fieldSelector.split(',').map((term) => term.trim());
          if (about(pods, { fieldSelector })) assert.ok(terms.some((term) => /^metadata\.name *==?[^=!]+/.test(term)));
        },
      ),
    );
  });
});
