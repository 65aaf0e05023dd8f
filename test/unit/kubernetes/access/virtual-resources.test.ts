import assert from 'node:assert/strict';
import { assertSubresource, virtualResource } from '../../../../src/kubernetes/access/virtual-resources.ts';
import { kind } from '../../../support/api-resource.ts';

describe('what RBAC has rules for and nobody serves', () => {
  it('is known by its names, in any case and number', () => {
    for (const [text, found] of [
      ['users', 'users.'],
      ['User', 'users.'],
      ['GROUPS', 'groups.'],
      ['uid', 'uids.authentication.k8s.io'],
      ['userextras.authentication.k8s.io', 'userextras.authentication.k8s.io'],
      ['signers', 'signers.certificates.k8s.io'],
      ['signer.certificates.k8s.io', 'signers.certificates.k8s.io'],
      ['*', '*.*'],
      ['*.apps', '*.apps'],
      ['users.example.com', undefined],
      ['signers.apps', undefined],
      ['pods', undefined],
      ['constructor', undefined],
      ['', undefined],
    ] as const) {
      const { name, group } = virtualResource(text) ?? {};
      assert.equal(name && `${name}.${group}`, found, text);
    }
  });

  const refusal = (...given: Parameters<typeof assertSubresource>) => {
    try {
      assertSubresource(...given);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const pods = kind('Pod', '', { subresources: ['attach', 'exec', 'log', 'portforward', 'status'] });

  it('has the subresources that are served, those of the kubelet, and finalizers', () => {
    for (const subresource of [...pods.subresources, '*', 'finalizers']) assert.equal(refusal(pods, subresource), '');
    for (const subresource of ['metrics', 'stats', 'log', 'configz'])
      assert.equal(refusal(kind('Node', '', { subresources: ['proxy'] }), subresource), '');
    for (const text of ['userextras', '*']) {
      const virtual = virtualResource(text);
      assert.equal(virtual && refusal(virtual, 'scopes'), '');
    }
  });

  it('has no others, and the nearest are named', () => {
    for (const [given, close] of [
      ['logs', 'log'],
      ['portforwards', 'portforward'],
      ['exce', 'exec'],
    ] as const)
      assert.match(refusal(pods, given), new RegExp(`^pods have no subresource "${given}"\\. Nearest: ${close}`));
    assert.equal(refusal(kind('Secret'), 'data'), 'secrets have no subresource "data". They have none.');
    assert.match(refusal(pods, 'scale'), /They have: attach, exec, log, portforward, status\.$/);
  });
});
