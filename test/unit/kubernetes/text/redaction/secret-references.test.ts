import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

/** How texts name a Secret; `N` stands for its name. */
const FORMS = [
  'controllerKind="Secret" Secret="N" namespace="shop"',
  '{"msg":"reconciled","secret":"N","namespace":"shop"}',
  'secret=N event=synced',
  'secret: N',
  'using secret: N',
];

describe('the name of a Secret', () => {
  it('is shown under a name that says just that', () => {
    for (const name of ['shop/web-tls', 'shop/db', 'cert-manager/letsencrypt-account-key'])
      for (const form of FORMS) {
        const text = form.replace(/\bN\b/, () => name);
        assert.equal(redactText(text), text);
      }
  });

  it('is not taken for one where it may be the value', () => {
    for (const value of [
      'hunter2',
      'swordfish',
      'plain-secret-1',
      'aB3d-E5gH',
      'correct-horse-battery-staple',
      'super-secret-key',
    ])
      for (const text of [`secret: ${value}`, `secret="${value}"`, `{"secret":"${value}"}`])
        assert.ok(!redactText(text).includes(value), text);
    for (const text of [
      'SECRET=so-hidden',
      '--secret so-hidden',
      'client_secret=so-hidden',
      'example.com/auth-secret: so-hidden',
      'example.com/credential: so-hidden',
      'clientSecret: so-hidden',
    ])
      assert.ok(!redactText(text).includes('so-hidden'), text);
    const shown = JSON.stringify(
      redact({
        kind: 'Pod',
        spec: {
          containers: [{ env: [{ name: 'SECRET', value: 'dev-secret' }] }],
          credentials: { secret: 'so-secret' },
          labels: { secret: 'hunter2' },
        },
      }),
    );
    for (const value of ['dev-secret', 'so-secret', 'hunter2']) assert.ok(!shown.includes(value), shown);
  });

  it('is shown in metrics, addresses, and what kubectl describes', () => {
    for (const text of [
      'kube_secret_info{namespace="shop",secret="db2"} 1',
      'sum by (secret) (kube_secret_created{secret=~"db.*"})',
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf',
      'is not authorized to perform: secretsmanager:GetSecretValue on',
      'secretsmanager: GetSecretValue AccessDeniedException',
      'Image pull secrets:  regcred',
      'Mountable secrets:  default-token-abc12',
      'TLS secret: shop/web-tls',
      'lastPrivateKeyHash: 4bf92f3577b34da6a3ce929d0e0e4736',
      'tokensPerMinute: 1000, tokens_per_second=42',
      'jwt: RS256',
      'checksum/secret: 2f5c1e9d4b7a8f0e6d3c2b1a0f9e8d7c',
      'traefik.ingress.kubernetes.io/auth-secret: basic-auth',
    ])
      assert.equal(redactText(text), text);
  });

  it('is shown in annotations and labels of controllers', () => {
    const ingress: KubernetesObject = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: 'shop',
        labels: { 'konghq.com/credential': 'key-auth' },
        annotations: {
          'nginx.ingress.kubernetes.io/proxy-ssl-secret': 'shop/proxy',
          'nginx.ingress.kubernetes.io/auth-tls-secret': 'shop/ca',
          'haproxy.org/auth-secret': 'shop/x',
          'traefik.ingress.kubernetes.io/auth-secret': 'basic',
          'nginx.ingress.kubernetes.io/session-cookie-hash': 'sha1',
          'alb.ingress.kubernetes.io/auth-session-cookie': 'my-cookie',
        },
      },
    };
    assert.deepEqual(redact(ingress), ingress);
  });
});
