import assert from 'node:assert/strict';
import { requestTarget } from '../../../../src/kubernetes/apimachinery/request-target.ts';
import { isRecord } from '../../../../src/kubernetes/helm/release-record.ts';

const target = (path: string) => requestTarget(path) ?? assert.fail(path);

describe('a record of a release', () => {
  it('is helm’s own record only under the name of the release, in its namespace', () => {
    const place = { name: 'web', namespace: 'shop' };
    const of = (path: string, name?: string) =>
      isRecord({ target: target(path), body: name === undefined ? undefined : { metadata: { name } } }, place);
    assert.ok(of('/api/v1/namespaces/shop/secrets', 'sh.helm.release.v1.web.v3'));
    assert.ok(of('/api/v1/namespaces/shop/configmaps/sh.helm.release.v1.web.v12'));
    for (const [path, name] of [
      ['/api/v1/namespaces/shop/secrets', 'sh.helm.release.v1.web.v3.x'],
      ['/api/v1/namespaces/shop/secrets', 'sh.helm.release.v1.web-2.v3'],
      ['/api/v1/namespaces/shop/secrets', 'web'],
      ['/api/v1/namespaces/default/secrets', 'sh.helm.release.v1.web.v3'],
      ['/api/v1/namespaces/shop/pods', 'sh.helm.release.v1.web.v3'],
      ['/apis/example.com/v1/namespaces/shop/secrets', 'sh.helm.release.v1.web.v3'],
    ] as const)
      assert.ok(!of(path, name), `${path} ${name}`);
  });
});
