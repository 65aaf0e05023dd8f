import assert from 'node:assert/strict';
import { hasTemplate, newObject } from '../../../../src/extension/manifests/templates.ts';
import { kind } from '../../../support/api-resource.ts';

describe('templates', () => {
  it('name kind and place, and only namespaced kinds have a namespace', () => {
    const deployment = newObject(kind('Deployment', 'apps'), 'shop');
    assert.deepEqual([deployment.apiVersion, deployment.kind], ['apps/v1', 'Deployment']);
    assert.deepEqual(deployment.metadata, { name: 'my-app', namespace: 'shop' });
    assert.deepEqual(newObject(kind('Namespace', '', { namespaced: false }), 'shop').metadata, { name: 'my-app' });
  });

  it('are there for what people write often; of others the schema tells', () => {
    assert.ok(hasTemplate(kind('ConfigMap')));
    const widget = kind('Widget', 'example.com');
    assert.ok(!hasTemplate(widget));
    assert.deepEqual(newObject(widget, 'shop', { spec: { size: 0 } }).spec, { size: 0 });
  });
});
