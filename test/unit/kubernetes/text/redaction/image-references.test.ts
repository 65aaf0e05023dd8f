import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

const IMAGES = [
  'hashicorp/vault-secrets-operator:0.4.0',
  'titansoft/imagepullsecret-patcher:v0.14',
  'r.io/team/token-exchange:v2',
  'r.io/app-secrets:main',
  'r.io/auth-token:sha-4bf92f3',
  'r.io:5000/secret:v1.2.3-alpine',
  'r.io/token-svc:1.21-alpine3.18',
  'gcr.io/k8s-staging/sync-secret:20240101',
  'ghcr.io/external-secrets/external-secrets:v0.9',
];

describe('an image whose name is a credential’s', () => {
  it('is shown in texts', () => {
    for (const image of IMAGES)
      for (const text of [
        image,
        `image: ${image}`,
        `"image":"${image}",`,
        `Successfully pulled image "${image}" in 1.2s`,
        `Failed to pull image "${image}": not found`,
        `    Image:          ${image}\n    Image ID:       x`,
        `NAME   IMAGES   SELECTOR\nweb    ${image}   app=web`,
      ])
        assert.equal(redactText(text), text);
  });

  it('is shown in the fields of an object', () => {
    for (const image of [
      ...IMAGES,
      'team/token:hunter',
      `docker-pullable://r.io/token@sha256:${'0a1b2c3d'.repeat(8)}`,
    ]) {
      const pod: KubernetesObject = {
        apiVersion: 'v1',
        kind: 'Pod',
        spec: { containers: [{ name: 'a', image }] },
        status: { containerStatuses: [{ name: 'a', image, imageID: image }] },
      };
      assert.deepEqual(redact(pod), pod);
    }
  });

  it('has any tag where kubectl describes it', () => {
    const text = '    Image:          ghcr.io/acme/token-svc:feature-login';
    assert.equal(redactText(text), text);
  });

  it('is none where what follows is no tag', () => {
    for (const text of [
      'db/password:hunter2',
      'app/db/password:correct horse',
      'app/db/password:20240101',
      'team/auth-token:aB3dE5gH7jK9mN1pQ',
      'https://r.io/token:v1hunter2',
      'image password:hunter2',
      'image: db-password:hunter2',
      'image: team/token:hunter2',
      'vault.example.com/kv/db-password:prod-hunter2',
      'vault.example.com/kv/password:1-hunter2',
      'app/db-password:1.5hunter2',
      'arn:aws:secretsmanager:eu-west-1:123456789012:password:hunter2',
      'the image of db/password:hunter2',
      'image: https://bob:hunter2@r.io/x',
    ])
      assert.notEqual(redactText(text), text, text);
    const token = `x/y:ghp_${'0123456789abcdefghijABCDEFGHIJ012345'}`;
    assert.ok(!JSON.stringify(redact({ kind: 'X', spec: { image: token } })).includes('ghp_'));
    const spec = { image: 'https://bob:hunter2@r.io/x', imageID: 'password=hunter2' };
    assert.ok(!JSON.stringify(redact({ kind: 'X', spec })).includes('hunter2'));
  });
});
