import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

const HEX = '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8';
const SEED = `SU${'ACNNJ2SXZ6OFP6P5DVCKGTQRSMX2EXGWTSGZJSA4DJ4HHKMOVVWQVDPU'.padEnd(56, 'A').slice(0, 56)}`;

describe('credentials of other systems', () => {
  it('are hidden by their form or their place', () => {
    for (const [text, secret] of [
      [`user app on #${HEX} ~* +@all`, HEX],
      [`https://s3.example.com/b?X-Amz-Date=1&X-Amz-Signature=${HEX}&x=1`, HEX],
      ['https://s3.example.com/b?X-Amz-Signature=deadbeef00', 'deadbeef00'],
      [`pagerduty_configs:\n- routing_key: ${HEX.slice(0, 32)}`, HEX.slice(0, 32)],
      [`-----BEGIN USER NKEY SEED-----\n${SEED}`, SEED],
      ['eksctl: k8s-aws-v1.aHR0cHM6Ly9zdHMuZXU', 'aHR0cHM6Ly9zdHMuZXU'],
      ['zookeeper.DigestAuthenticationProvider.superDigest=super:abc123def=', 'abc123def'],
      ['basicAuth: bob:hunter2', 'hunter2'],
      ['x-functions-key: abc123', 'abc123'],
    ] as const)
      assert.ok(!redactText(text).includes(secret), redactText(text));
  });

  it('are not taken for what looks like them', () => {
    for (const text of [
      `sha256:${HEX}`,
      `page#${HEX}`,
      'routing_key=orders.created',
      `trace_id=${HEX.slice(0, 32)}`,
      'basicAuth: enabled',
      'basicAuth: shop/basic-auth',
    ])
      assert.equal(redactText(text), text);
  });

  it('are hidden in objects of kinds that have them in fields of their own', () => {
    const objects: KubernetesObject[] = [
      {
        apiVersion: 'isindir.github.com/v1alpha3',
        kind: 'SopsSecret',
        spec: { secretTemplates: [{ name: 'a', stringData: { user: 'hunter2' }, data: { x: 'hunter2' } }] },
      },
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        spec: {
          source: {
            plugin: {
              parameters: [
                { name: 'password', string: 'hunter2' },
                { name: 'tokens', array: ['hunter2'] },
                { name: 'credentials', map: { bob: 'hunter2' } },
              ],
            },
          },
        },
      },
      { apiVersion: 'x/v1', kind: 'Db', spec: { basicAuth: 'bob:hunter2' } },
    ];
    for (const object of objects) {
      const shown = JSON.stringify(redact(object));
      assert.ok(!shown.includes('hunter2'), shown);
    }
    const queue = { kind: 'Pod', spec: { env: [{ name: 'ROUTING_KEY', value: 'orders.created' }] } };
    assert.deepEqual(redact(queue), queue);
  });
});
