import assert from 'node:assert/strict';
import { unservedFindings } from '../../../../../src/kubernetes/diagnosis/facts/permissions.ts';
import { lookupIn, served } from '../../../../support/fake-cluster.ts';

describe('unservedFindings', () => {
  const kindsServed = [served('', 'v1', 'Pod', 'pods'), served('apps', 'v1', 'Deployment', 'deployments')];
  const told = async (rule: object) =>
    (
      await unservedFindings(
        [rule],
        lookupIn(() => ({}), kindsServed),
      )
    ).map(({ message }) => String(message));

  it('finds resources that their group does not have', async () => {
    assert.match(
      (await told({ apiGroups: [''], resources: ['Pod'] }))[0] ?? '',
      /"Pod" in API group "".*nearest: pods$/,
    );
    assert.match((await told({ apiGroups: [''], resources: ['deployments'] }))[0] ?? '', /it is in group "apps"$/);
    assert.match(
      (await told({ apiGroups: ['apps'], resources: ['deployments/logs'] }))[0] ?? '',
      /"deployments\/logs"/,
    );
    for (const rule of [
      { apiGroups: ['*'], resources: ['pod'] },
      { apiGroups: [''], resources: ['*'] },
      { apiGroups: ['not.installed'], resources: ['x'] },
      { apiGroups: ['', 'apps'], resources: ['deployments', 'deployments/status'] },
      { nonResourceURLs: ['/healthz'] },
    ])
      assert.deepEqual(await told(rule), []);
  });
});
