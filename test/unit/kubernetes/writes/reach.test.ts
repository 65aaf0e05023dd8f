import assert from 'node:assert/strict';
import { reachOfRules } from '../../../../src/kubernetes/writes/reach.ts';

const everything = (reach: readonly { groups: readonly string[] }[]) =>
  reach.some(({ groups }) => groups.includes('*'));

describe('the rights of a role', () => {
  const rule = (resources: string[], verbs: string[], apiGroups = ['']) =>
    reachOfRules([{ apiGroups, resources, verbs }]);
  const reaches = (reach: ReturnType<typeof rule>, kind: string) =>
    reach.some(({ groups, resources }) => groups.includes('') && resources.includes(kind));

  for (const [resource, verb, group = ''] of [
    ['roles', '*', 'rbac.authorization.k8s.io'],
    ['serviceaccounts', '*'],
    ['users', '*', '*'],
    ['serviceaccounts/token', 'create'],
    ['serviceaccounts/*', '*'],
    ['*/token', 'create'],
    ['nodes/proxy', 'get'],
    ['certificatesigningrequests/approval', 'update', 'certificates.k8s.io'],
    ['signers', 'approve', 'certificates.k8s.io'],
    ['users', 'impersonate'],
    ['roles', 'bind'],
    ['*', 'create'],
  ] as [string, string, string?][])
    it(`are everything for whoever may ${verb} ${resource}`, () =>
      assert.ok(everything(rule([resource], [verb], [group]))));

  for (const [resource, verb, group = ''] of [
    ['pods', 'create'],
    ['deployments', 'patch', 'apps'],
    ['cronjobs', '*', 'batch'],
    ['pods/exec', 'get'],
    ['pods/*', 'create'],
  ] as [string, string, string?][])
    it(`are what pods read for whoever may ${verb} ${resource}`, () =>
      assert.ok(reaches(rule([resource], [verb], [group]), 'secrets')));

  for (const [resource, verb, group = ''] of [
    ['*', '*', 'monitoring.coreos.com'],
    ['pods', '*', 'metrics.k8s.io'],
    ['pods', 'get'],
    ['pods', 'delete'],
    ['serviceaccounts', 'create'],
    ['nodes', 'get'],
    ['pods/log', 'get'],
    ['deployments/scale', 'update'],
  ] as [string, string, string?][])
    it(`are no more than that for whoever may ${verb} ${resource}`, () =>
      assert.deepEqual(rule([resource], [verb], [group]), [{ groups: [group], resources: [resource] }]));
});
