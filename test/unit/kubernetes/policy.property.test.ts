import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WRITE_ACCESSES } from '../../../src/kubernetes/apimachinery/access.ts';
import { BUILT_IN_KINDS } from '../../../src/kubernetes/apimachinery/built-in-kinds.ts';
import { requestTarget } from '../../../src/kubernetes/apimachinery/request-target.ts';
import type { KnownKinds } from '../../../src/kubernetes/client/guard.ts';
import { type Guarded, Policy } from '../../../src/kubernetes/policy.ts';
import { type ClusterRules, REVIEW_MODES, type Rules, TOOLSETS } from '../../../src/kubernetes/rules.ts';

const PLACE = { name: 'prod', server: 'https://prod.example.com' };
const NAMESPACES = ['shop', 'team-a', 'kube-system'];
const KINDS = ['secrets', 'pods/log', 'deployments.apps', 'nodes'];

const some = (names: readonly string[]) => fc.subarray([...names]);
const switches = fc.record({
  list: fc.boolean(),
  create: fc.boolean(),
  update: fc.boolean(),
  delete: fc.boolean(),
  exec: fc.boolean(),
  helmInstall: fc.boolean(),
  helmReleaseGet: fc.boolean(),
});
const plain: fc.Arbitrary<Rules> = fc.record({
  switches,
  contexts: fc.constant(['*']),
  namespaces: some(NAMESPACES),
  protectedContexts: fc.constantFrom([], ['prod']),
  deniedKinds: some(KINDS),
  readOnlyKinds: some(KINDS),
  toolsets: some(TOOLSETS),
});
const entry: fc.Arbitrary<ClusterRules> = fc.record({
  contexts: fc.constantFrom([], ['prod'], ['pr*'], ['dev']),
  servers: fc.constantFrom([], ['prod.example.com'], ['https://dev.example.com']),
  rules: plain.map((rules) => ({ ...rules, protectedContexts: [] })),
  isReadOnly: fc.boolean(),
  review: fc.constantFrom(...REVIEW_MODES),
  place: fc.constantFrom('clusters[0] of team.yaml', 'clusters[1] of team.yaml'),
});
const isHere = ({ contexts, servers }: ClusterRules) =>
  contexts.some((one) => one !== 'dev') || servers.includes('prod.example.com');

const tool: fc.Arbitrary<Guarded> = fc.record({
  name: fc.constant('a_tool'),
  access: fc.constantFrom('read' as const, ...WRITE_ACCESSES),
  switch: fc.constantFrom(undefined, 'list' as const, 'helmInstall' as const, 'helmReleaseGet' as const),
  also: fc.constantFrom(undefined, ['create', 'delete'] as const),
  toolset: fc.constantFrom(undefined, ...TOOLSETS),
  unconfined: fc.constantFrom(undefined, true as const),
});
const PATHS = [
  '/version',
  '/api/v1/pods',
  '/api/v1/nodes',
  '/api/v1/namespaces',
  '/api/v1/namespaces/shop',
  ...NAMESPACES.flatMap((namespace) => [
    `/api/v1/namespaces/${namespace}/pods`,
    `/api/v1/namespaces/${namespace}/pods/web/log`,
    `/api/v1/namespaces/${namespace}/secrets/login`,
    `/apis/apps/v1/namespaces/${namespace}/deployments/web`,
  ]),
];
const request = fc.record({
  access: fc.constantFrom('read' as const, ...WRITE_ACCESSES),
  path: fc.constantFrom(...PATHS),
  isList: fc.boolean(),
  operation: fc.constantFrom(undefined, 'helmInstall' as const),
  metrics: fc.boolean(),
});
const KNOWN: KnownKinds = {
  known: { resources: [], missing: [] },
  isNamespaced: ({ group, resource }) =>
    BUILT_IN_KINDS.find((kind) => kind.group === group && kind.name === resource)?.namespaced,
};

type Asked = { tool: Guarded; request: typeof request extends fc.Arbitrary<infer One> ? One : never };
const asked: fc.Arbitrary<Asked> = fc.record({ tool, request });

/** Everything that the policy says of a tool and a request: is it refused? */
function refused(policy: Policy, { tool, request: { path, isList, ...rest } }: Asked): boolean[] {
  const target = requestTarget(path);
  const listed = isList ? { listed: { fieldSelector: '', labelSelector: '' } } : {};
  return [
    policy.toolRefusal(tool) !== undefined,
    policy.needRefusal('It', tool.also ?? ['list']) !== undefined,
    policy.requestRefusal(PLACE.name, { ...rest, ...listed, target }, KNOWN) !== undefined,
    !policy.permits(tool.access, rest.operation),
    !policy.hasToolset(tool.toolset ?? 'core'),
    target !== undefined && policy.deniesKind(target, []),
    policy.isProtected(PLACE.name),
  ];
}

describe('rules of clusters, whatever they are', () => {
  it('refuse exactly what the rest or an entry about the cluster refuses: they never widen', () => {
    fc.assert(
      fc.property(plain, fc.array(entry, { maxLength: 4 }), asked, (rules, clusters, question) => {
        const base = new Policy(rules);
        const here = new Policy({ ...rules, clusters }).in(PLACE);
        const alone = clusters.filter(isHere).map((one) => new Policy(one.rules));
        const each = [base, ...alone].map((policy) => refused(policy, question));
        const expected = refused(base, question).map((_, index) => each.some((answers) => answers[index]));
        assert.deepEqual(refused(here, question), expected);
        for (const { namespaces } of [base, ...alone])
          if (namespaces.length > 0) assert.ok(here.namespaces.every((name) => namespaces.includes(name)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('count the same in any order, and ask the user as often as the strictest', () => {
    fc.assert(
      fc.property(plain, fc.array(entry, { maxLength: 4 }), asked, (rules, clusters, question) => {
        const policy = (entries: ClusterRules[]) => new Policy({ ...rules, clusters: entries }).in(PLACE);
        assert.deepEqual(refused(policy(clusters), question), refused(policy(clusters.toReversed()), question));
        const modes = clusters.filter(isHere).map(({ review }) => REVIEW_MODES.indexOf(review));
        assert.equal(REVIEW_MODES.indexOf(policy(clusters).review), Math.max(0, ...modes));
      }),
    );
  });

  it('are named by a refusal that they alone cause', () => {
    fc.assert(
      fc.property(plain, entry, asked, (rules, one, question) => {
        const here = new Policy({ ...rules, clusters: [one] }).in(PLACE);
        const otherwise = new Policy(rules).toolRefusal(question.tool);
        const text = here.toolRefusal(question.tool);
        if (otherwise !== undefined) assert.equal(text, otherwise);
        else if (text !== undefined) assert.ok(text.includes(one.place), text);
      }),
    );
  });

  it('follow a change', () => {
    fc.assert(
      fc.property(plain, fc.array(entry, { maxLength: 3 }), asked, (rules, clusters, question) => {
        const policy = new Policy(rules);
        assert.equal(policy.in(PLACE), policy);
        policy.follow({ ...rules, clusters });
        const fresh = new Policy({ ...rules, clusters });
        assert.deepEqual(refused(policy.in(PLACE), question), refused(fresh.in(PLACE), question));
        assert.equal(policy.differsByCluster, clusters.length > 0);
      }),
    );
  });
});
