import assert from 'node:assert/strict';
import type { KubernetesObject, ManagedFields } from '../../../../src/kubernetes/apimachinery/objects.ts';
import {
  hasForgedOwners,
  lostFields,
  ownersAdvice,
  ownerText,
} from '../../../../src/kubernetes/writes/field-owners.ts';

const owner = (manager: string, fields: string[], operation = 'Update', subresource?: string): ManagedFields => ({
  manager,
  operation,
  apiVersion: 'v1',
  ...(subresource ? { subresource } : {}),
  fieldsV1: { 'f:data': { '.': {}, ...Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) } },
});
const map = (data: Record<string, string>, ...managedFields: ManagedFields[]): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', managedFields },
  data,
});

describe('owners of fields', () => {
  const before = map({ a: '1', b: '1' }, owner('argocd-controller', ['a', 'b'], 'Apply'));

  it('lose what a write changes', () => {
    const after = map({ a: '2', b: '1' }, owner('argocd-controller', ['b'], 'Apply'), owner('mcp-k8s', ['a']));
    assert.deepEqual(lostFields(before, after).map(ownerText), ['.data.a (owned by argocd-controller)']);
    assert.equal(hasForgedOwners(before, after), false);
  });

  it('lose what a write removes, all of it too', () => {
    const after = map({}, owner('argocd-controller', [], 'Apply'));
    assert.equal(lostFields(before, after).length, 2);
    assert.equal(hasForgedOwners(before, after), false);
    assert.equal(hasForgedOwners(before, map({})), false);
  });

  it('may be people, who lose without a word', () => {
    const old = map({ a: '1' }, owner('kubectl-edit', ['a']), owner('kubectl-client-side-apply', ['a']));
    assert.deepEqual(lostFields(old, map({ a: '2' }, owner('mcp-k8s', ['a']))), []);
  });

  it('are forged when they lose or get what nobody wrote', () => {
    const kept = { a: '1', b: '1' };
    assert.ok(hasForgedOwners(before, map(kept)));
    assert.ok(hasForgedOwners(before, map(kept, owner('argocd-controller', ['a'], 'Apply'))));
    assert.ok(
      hasForgedOwners(before, map(kept, owner('argocd-controller', ['a', 'b'], 'Apply'), owner('kubectl', ['a']))),
    );
    assert.ok(hasForgedOwners(before, map(kept, owner('argocd-controller', ['a', 'b'], 'Update'))));
    assert.ok(hasForgedOwners(undefined, map(kept, owner('kubectl', ['a']))));
    assert.equal(hasForgedOwners(undefined, map(kept, owner('mcp-k8s', ['a', 'b']))), false);
    assert.equal(hasForgedOwners(map(kept), map({ a: '2' })), false);
  });

  it('are put together by the API server when there are too many, which is no forgery', () => {
    const many = Array.from({ length: 10 }, (_, index) => owner(`m${index}`, [`k${index}`]));
    const data = Object.fromEntries(many.map((_, index) => [`k${index}`, 'x']));
    const after = map(
      { ...data, mine: 'x' },
      owner('ancient-changes', ['k0', 'k1']),
      ...many.slice(2),
      owner('mcp-k8s', ['mine']),
    );
    assert.equal(hasForgedOwners(map(data, ...many), after), false);
    assert.deepEqual(lostFields(map(data, ...many), after), []);
    assert.ok(
      hasForgedOwners(map(data, ...many), map({ ...data, mine: 'x' }, ...many.slice(2), owner('mcp-k8s', ['mine']))),
    );
  });

  it('are said to set it back only when they do', () => {
    assert.match(ownersAdvice(['kustomize-controller']), /set it back/);
    assert.match(ownersAdvice(['helm']), /next helm upgrade/);
    for (const once of ['some-script', 'Mozilla', 'node-fetch', 'terraform']) assert.equal(ownersAdvice([once]), '');
  });

  it('of a status are asked only where the status is written', () => {
    const old = map({ a: '1' }, owner('kube-controller-manager', ['a'], 'Update', 'status'));
    const after = map({ a: '2' }, owner('mcp-k8s', ['a'], 'Update', 'status'));
    assert.deepEqual(lostFields(old, after), []);
    assert.equal(lostFields(old, after, 'status').length, 1);
  });
});
