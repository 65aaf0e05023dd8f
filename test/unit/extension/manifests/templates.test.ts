import assert from 'node:assert/strict';
import { hasTemplate, newObject } from '../../../../src/extension/manifests/templates.ts';
import { kind } from '../../../support/api-resource.ts';

describe('templates', () => {
  it('name kind and place, and only namespaced kinds have a namespace', () => {
    const deployment = newObject({ resource: kind('Deployment', 'apps'), namespace: 'shop' });
    assert.deepEqual([deployment.apiVersion, deployment.kind], ['apps/v1', 'Deployment']);
    assert.deepEqual(deployment.metadata, { name: 'my-app', namespace: 'shop' });
    const missing = newObject({ resource: kind('ConfigMap'), namespace: 'shop', name: 'settings' });
    assert.deepEqual(missing.metadata, { name: 'settings', namespace: 'shop' });
    assert.deepEqual(
      newObject({ resource: kind('Namespace', '', { namespaced: false }), namespace: 'shop' }).metadata,
      { name: 'my-app' },
    );
  });

  it('are there for what people write often; of others the schema tells', () => {
    assert.ok(hasTemplate(kind('ConfigMap')));
    const widget = kind('Widget', 'example.com');
    assert.ok(!hasTemplate(widget));
    assert.deepEqual(newObject({ resource: widget, namespace: 'shop' }, { spec: { size: 0 } }).spec, { size: 0 });
  });
});
