import assert from 'node:assert/strict';
import { exhaustedQuotas, quotaReport, refusalText } from '../../../../../src/kubernetes/diagnosis/rules/quotas.ts';
import { holding, lookupIn } from '../../../../support/fake-cluster.ts';

describe('quotas', () => {
  it('are named in what is said of a refusal', () => {
    assert.equal(
      String(
        refusalText('pods "web-1" is forbidden: exceeded quota: small, requested: cpu=1, used: cpu=2, limited: cpu=2'),
      ),
      'ResourceQuota "small" forbids its pods: requested: cpu=1, used: cpu=2, limited: cpu=2',
    );
    assert.equal(
      String(refusalText('pods "web-1" is forbidden: failed quota: small: must specify limits.cpu for: app')),
      'ResourceQuota "small" forbids its pods: they must specify limits.cpu for: app',
    );
    assert.equal(
      String(
        refusalText(
          'Error creating: pods "web-" is forbidden: error looking up service account a/b: serviceaccount "b" not found',
        ),
      ),
      'its pods cannot be created: pods "web-" is forbidden: error looking up service account a/b: serviceaccount "b" not found',
    );
    const levels = quotaReport({
      status: {
        hard: { pods: '10', cpu: '4', 'requests.memory': '1Gi' },
        used: { pods: '10', cpu: '3800m', 'requests.memory': '10Mi' },
      },
    });
    assert.deepEqual(
      levels.findings.map(({ level, message }) => `${level}: ${message}`),
      ['cause: nothing more may be created: pods 10 of 10', 'risk: almost used up: cpu 3800m of 4'],
    );
  });

  it('that allow none of a resource are a policy, and full only for the pods that want it', async () => {
    const quota = { status: { hard: { 'services.nodeports': '0', pods: '0' }, used: { pods: '0' } } };
    assert.deepEqual(quotaReport(quota), { summary: 'services.nodeports 0 of 0, pods 0 of 0', findings: [] });
    assert.equal(quotaReport({ status: { hard: { pods: '0' }, used: { pods: '2' } } }).findings[0]?.level, 'cause');
    const path = '/api/v1/namespaces/a/resourcequotas/none';
    const found = await exhaustedQuotas(
      'a',
      {},
      lookupIn(holding({ [path]: { metadata: { name: 'none' }, ...quota } })),
    );
    assert.deepEqual(
      found.map(({ message }) => String(message)),
      ['ResourceQuota "none" is used up: pods 0 of 0'],
    );
  });

  it('are the cause for pods only where pods take from what is used up', async () => {
    const GPU = 'requests.nvidia.com/gpu';
    const quota = (resource: string, spec = {}) => {
      const status = { hard: { [resource]: '1' }, used: { [resource]: '1' } };
      return { metadata: { name: 'q' }, spec, status };
    };
    const findingsOf = (one: ReturnType<typeof quota>, requests = {}) =>
      exhaustedQuotas(
        'a',
        { containers: [{ name: 'c', resources: { requests } }] },
        lookupIn(holding({ '/api/v1/namespaces/a/resourcequotas/q': one })),
      );
    for (const resource of ['pods', 'count/pods', 'cpu', 'requests.memory', 'limits.cpu'])
      assert.match(
        (await findingsOf(quota(resource)))[0]?.message.toString() ?? '',
        /ResourceQuota "q" is used up/,
        resource,
      );
    for (const resource of ['secrets', 'services', 'configmaps', 'requests.storage', 'count/jobs.batch', GPU])
      assert.deepEqual(await findingsOf(quota(resource)), [], resource);
    for (const name of ['nvidia.com/gpu', 'ephemeral-storage'])
      assert.equal((await findingsOf(quota(`requests.${name}`), { [name]: '1' })).length, 1);
    const scoped = await findingsOf(quota('pods', { scopes: ['Terminating'] }));
    assert.deepEqual([scoped[0]?.level, /scope Terminating/.test(scoped[0]?.message.toString() ?? '')], ['risk', true]);
  });
});
