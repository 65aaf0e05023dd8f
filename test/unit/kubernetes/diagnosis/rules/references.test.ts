import assert from 'node:assert/strict';
import { referencesOf } from '../../../../../src/kubernetes/diagnosis/rules/references.ts';

describe('references of a pod', () => {
  it('cover every place in it that can hold one, and no optional one', () => {
    const names = referencesOf({
      serviceAccountName: 'runner',
      resourceClaims: [
        { name: 'gpu', resourceClaimName: 'gpu-1' },
        { name: 'net', resourceClaimTemplateName: 'nets' },
      ],
      initContainers: [{ name: 'init', envFrom: [{ secretRef: { name: 'init-env' } }] }],
      containers: [
        {
          name: 'app',
          envFrom: [{ configMapRef: { name: 'env', optional: true } }],
          env: [
            { name: 'A', valueFrom: { configMapKeyRef: { name: 'map', key: 'a' } } },
            { name: 'B', valueFrom: { secretKeyRef: { name: 'vault', key: 'b' } } },
          ],
        },
      ],
      volumes: [
        { name: 'c', configMap: { name: 'files', items: [{ key: 'c' }] } },
        { name: 's', secret: { secretName: 'certs' } },
        {
          name: 'p',
          projected: { sources: [{ configMap: { name: 'left' } }, { secret: { name: 'right', optional: true } }] },
        },
        { name: 'd', persistentVolumeClaim: { claimName: 'disk' } },
      ],
    }).map(({ kind, name, key }) => `${kind}/${name}${key ? `.${key}` : ''}`);
    assert.deepEqual(names, [
      'Secret/init-env',
      'ConfigMap/map.a',
      'Secret/vault.b',
      'ConfigMap/files.c',
      'Secret/certs',
      'ConfigMap/left',
      'PersistentVolumeClaim/disk',
      'ResourceClaim/gpu-1',
      'ResourceClaimTemplate/nets',
      'ServiceAccount/runner',
    ]);
  });
});
