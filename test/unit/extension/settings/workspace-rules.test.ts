import assert from 'node:assert/strict';
import fc from 'fast-check';
import { effectiveSettings, widens } from '../../../../src/extension/settings/workspace-rules.ts';
import type { KnownKinds } from '../../../../src/kubernetes/client/guard.ts';
import { Policy } from '../../../../src/kubernetes/policy.ts';
import {
  isSwitch,
  SETTING_NAMES as names,
  type SettingName,
  type Settings,
  settingOf,
} from '../../../../src/settings.ts';
import { DEFAULT_SETTINGS } from '../../../support/settings.ts';

const NOTHING_KNOWN: KnownKinds = { known: undefined, isNamespaced: () => true };

const word = fc.constantFrom('dev', 'dev-a', 'dev-*', '*', '*prod*', 'prod', 'a.b', 'aXb', 'DEV', '*-a', 'd*v*');
const plain = fc.constantFrom('dev', 'dev-a', 'dev-b', 'prod', 'my-prod-1', 'a.b', 'aXb', 'x');
const words = fc.array(word, { maxLength: 3 });
const values = {
  switch: fc.boolean(),
  modes: fc.boolean(),
  text: fc.option(plain, { nil: undefined }),
  list: words,
  paths: fc.constant([]),
  choice: fc.constantFrom('preview', 'never'),
  map: fc.dictionary(fc.string(), fc.constantFrom('red', 'none')),
};
const settings = fc.record({
  ...Object.fromEntries(names.map((name) => [name, values[settingOf(name).type]])),
  allowedNamespaces: fc.array(plain, { maxLength: 3 }),
}) as unknown as fc.Arbitrary<Settings>;

describe('what a workspace’s settings may do', () => {
  const widening = (user: Partial<Settings>, asked: Partial<Settings>) => {
    const [own, theirs] = [
      { ...DEFAULT_SETTINGS, ...user },
      { ...DEFAULT_SETTINGS, ...user, ...asked },
    ];
    return names.filter((name) => widens(name, own, theirs));
  };

  it('is to narrow; what widens is told', () => {
    const cases: [Partial<Settings>, Partial<Settings>, SettingName[]][] = [
      [{}, { enableList: false }, []],
      [{ enableList: false }, { enableList: true }, ['enableList']],
      [{}, { enableDelete: true }, ['enableDelete']],
      [{ enableDelete: true }, { enableDelete: false }, []],
      [{}, { allowedContexts: ['*'] }, ['allowedContexts']],
      [{ allowedContexts: ['dev-*'] }, { allowedContexts: ['dev-a', 'dev-b*'] }, []],
      [{ allowedContexts: ['dev-*'] }, { allowedContexts: ['dev-a', 'prod'] }, ['allowedContexts']],
      [{ allowedContexts: ['dev-a'] }, { allowedContexts: ['dev-*'] }, ['allowedContexts']],
      [{}, { allowedNamespaces: ['a'] }, []],
      [{ allowedNamespaces: ['a', 'b'] }, { allowedNamespaces: ['a'] }, []],
      [{ allowedNamespaces: ['a'] }, { allowedNamespaces: ['a', 'b'] }, ['allowedNamespaces']],
      [{ allowedNamespaces: ['a'] }, { allowedNamespaces: [] }, ['allowedNamespaces']],
      [{}, { context: 'prod' }, ['context']],
      [{ context: 'dev' }, { context: undefined }, ['context']],
      [{ context: 'dev' }, { context: 'dev' }, []],
      [{ allowedContexts: ['dev-*'] }, { context: 'dev-a' }, []],
      [{}, { namespace: 'kube-system' }, []],
      [{ namespace: 'dev' }, { namespace: 'kube-system' }, ['namespace']],
      [{ namespace: 'dev', allowedNamespaces: ['dev', 'test'] }, { namespace: 'test' }, []],
      [{ protectedContexts: ['*prod*'] }, { protectedContexts: [] }, ['protectedContexts']],
      [{ protectedContexts: ['*prod*'] }, { protectedContexts: ['*prod*', 'x'] }, []],
      [{ protectedContexts: ['my-prod'] }, { protectedContexts: ['*prod*'] }, ['protectedContexts']],
      [{ deniedKinds: ['secrets'] }, { deniedKinds: ['configmaps'] }, ['deniedKinds']],
      [{ readOnlyKinds: ['nodes'] }, { readOnlyKinds: ['nodes', 'pods'] }, []],
      [{}, { reviewWrites: false }, ['reviewWrites']],
      [{}, { openResults: 'never' }, []],
    ];
    for (const [user, asked, expected] of cases)
      assert.deepEqual(widening(user, asked), expected, JSON.stringify([user, asked]));
  });

  it('never allows, unasked, what the user’s own do not', () => {
    fc.assert(
      fc.property(settings, settings, fc.subarray(names), plain, (user, theirs, provided, context) => {
        const asked = { ...user, ...Object.fromEntries(provided.map((name) => [name, theirs[name]])) };
        const effective = effectiveSettings(user, asked, provided, () => false);
        for (const name of names.filter(isSwitch)) assert.ok(!effective[name] || user[name], name);
        assert.ok(effective.reviewWrites || !user.reviewWrites);
        const [own, now] = [user, effective].map(policyOf);
        assert.ok(own && now);
        if (now.allowsContext(context, undefined)) assert.ok(own.allowsContext(context, undefined), context);
        if (own.isProtected(context)) assert.ok(now.isProtected(context), context);
        if (effective.context !== user.context)
          assert.ok(effective.context !== undefined && own.allowsContext(effective.context, undefined));
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses, unasked, every request that the user’s own refuse', () => {
    // Existing kinds only: a pattern that matches none refuses everything.
    const kind = fc.constantFrom('pods', 'secrets', 'deployments');
    const patterns = fc.array(fc.constantFrom('po', 'secrets', 'Deployment', 'deploy.apps', 'pods/log', 'se*', '*'), {
      maxLength: 2,
    });
    const lists = fc.record({
      allowedNamespaces: fc.array(plain, { maxLength: 2 }),
      deniedKinds: patterns,
      readOnlyKinds: patterns,
    });
    const brings = fc.subarray(['allowedNamespaces', 'deniedKinds', 'readOnlyKinds'] as const);
    const refusals = { own: 0, none: 0 };
    fc.assert(
      fc.property(lists, lists, brings, kind, plain, (own, theirs, provided, resource, namespace) => {
        const user = { ...DEFAULT_SETTINGS, ...own };
        const asked = { ...user, ...Object.fromEntries(provided.map((name) => [name, theirs[name]])) };
        const [before, after] = [user, effectiveSettings(user, asked, provided, () => false)].map(policyOf);
        const group = resource === 'deployments' ? 'apps' : '';
        const target = { group, version: 'v1', resource, namespace, name: undefined, subresource: undefined };
        for (const access of ['read', 'update'] as const) {
          const isRefused = before?.requestRefusal('c', { access, target }, NOTHING_KNOWN) !== undefined;
          refusals[isRefused ? 'own' : 'none'] += 1;
          if (isRefused)
            assert.ok(after?.requestRefusal('c', { access, target }, NOTHING_KNOWN), `${access} ${resource}`);
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(refusals.own > 100 && refusals.none > 30, JSON.stringify(refusals));
  });

  it('has all that was agreed to', () => {
    fc.assert(
      fc.property(settings, settings, (user, asked) => {
        assert.deepEqual({ ...effectiveSettings(user, asked, names, () => true) }, { ...asked });
      }),
    );
  });
});

function policyOf(of: Settings): Policy {
  return new Policy({
    switches: { list: true, create: true, update: true, delete: true, exec: true },
    contexts: of.allowedContexts,
    namespaces: of.allowedNamespaces,
    protectedContexts: of.protectedContexts,
    deniedKinds: of.deniedKinds,
    readOnlyKinds: of.readOnlyKinds,
    toolsets: of.toolsets,
  });
}
