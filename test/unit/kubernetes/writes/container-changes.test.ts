import assert from 'node:assert/strict';
import { containersIn } from '../../../../src/kubernetes/writes/container-changes.ts';

describe('the containers to change', () => {
  const pod = {
    spec: {
      containers: [{ name: 'app', image: 'app:1', resources: { limits: { memory: '64Mi' } } }],
      initContainers: [{ name: 'migrate', image: 'migrate:1' }],
    },
  };
  const app = { name: 'app', isInit: false, image: 'app:1', memoryLimit: '64Mi' };
  const migrate = { name: 'migrate', isInit: true, image: 'migrate:1', memoryLimit: undefined };

  it('are those of a pod, of a template, and of a template of Jobs', () => {
    for (const object of [pod, { spec: { template: pod } }, { spec: { jobTemplate: { spec: { template: pod } } } }])
      assert.deepEqual(containersIn(object), [app, migrate]);
    assert.deepEqual(containersIn({}), []);
  });
});
