import assert from 'node:assert/strict';
import type { KindNames } from '../../../src/kubernetes/apimachinery/built-in-kinds.ts';
import { KindPatterns } from '../../../src/kubernetes/kind-patterns.ts';

const certificates: KindNames = {
  group: 'cert-manager.io',
  version: 'v1',
  kind: 'Certificate',
  name: 'certificates',
  singularName: 'certificate',
  shortNames: ['cert'],
  namespaced: true,
  subresources: ['status'],
};
const services = {
  ...certificates,
  group: 'serving.knative.dev',
  kind: 'Service',
  name: 'services',
  shortNames: ['ksvc'],
};

describe('patterns of kinds', () => {
  const stray = (pattern: string, ...known: KindNames[]) => new KindPatterns([pattern]).stray(known);

  it('that are misspelled come with what may be meant', () => {
    assert.deepEqual(stray('secrt')?.nearest, ['Secret', 'secrets']);
    assert.deepEqual(stray('deploymnts.apps')?.nearest[0], 'deployments.apps');
    assert.deepEqual(stray('deployments.app')?.nearest[0], 'deployments.apps');
    assert.ok(stray('pods/lgo')?.nearest.includes('pods/log'));
    for (const pattern of ['', 'secrets,pods', 'secrets pods', 'pods/', 'secrets.core', 'secrets.v1.apps', 'secrt*'])
      assert.equal(stray(pattern)?.pattern, pattern);
  });

  it('of a group that the cluster does not serve are fine: it may come', () => {
    for (const pattern of [
      '*.cert-manager.io',
      'certificates.cert-manager.io',
      'certs.v1.cert-manager.io',
      '*.*.example.com',
      'gadgets.*',
    ])
      assert.equal(stray(pattern, services), undefined, pattern);
    // If the cluster serves the group, the pattern must match.
    for (const pattern of ['certs.cert-manager.io', 'certificates.v3.cert-manager.io'])
      assert.equal(stray(pattern, certificates)?.nearest[0], 'certificates.cert-manager.io', pattern);
    assert.equal(stray('cert')?.pattern, 'cert');
    assert.equal(stray('cert', certificates), undefined);
  });

  it('without a group mean that kind in every group, and with one in that alone', () => {
    const known = [services];
    const core = { group: '', version: 'v1', resource: 'services', subresource: undefined };
    const other = { ...core, group: 'serving.knative.dev' };
    const match = (pattern: string) =>
      [core, other].map((one) => Boolean(new KindPatterns([pattern]).match(one, known)));
    assert.deepEqual(match('service'), [true, true]);
    assert.deepEqual(match('svc'), [true, false]);
    assert.deepEqual(match('services.v1'), [true, false]);
    assert.deepEqual(match('services.serving.knative.dev'), [false, true]);
    assert.deepEqual(match('*.knative.dev'), [false, true]);
    assert.deepEqual(match('*'), [true, true]);
  });

  it('close a kind that is not known by its plural', () => {
    const unknown = { group: 'example.com', version: 'v1', resource: 'secrets', subresource: undefined };
    for (const pattern of ['secrets', '*.example.com', 'secrets.v1.example.com', 'secrets.example.com'])
      assert.ok(new KindPatterns([pattern]).match(unknown), pattern);
  });
});
