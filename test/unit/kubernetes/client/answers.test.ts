import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { misfit, withLists } from '../../../../src/kubernetes/client/answers.ts';

describe('an answer of an API server', () => {
  const cases: [unknown, unknown][] = [
    [
      { kind: 'PodList', items: null },
      { kind: 'PodList', items: [] },
    ],
    [{ kind: 'PodList' }, { kind: 'PodList', items: [] }],
    [
      { kind: 'PodList', items: [null, { a: null }] },
      { kind: 'PodList', items: [{ a: null }] },
    ],
    [
      { kind: 'Table', columnDefinitions: null, rows: null },
      { kind: 'Table', columnDefinitions: [], rows: [] },
    ],
    [{ kind: 'Table' }, { kind: 'Table', columnDefinitions: [], rows: [] }],
    [
      { kind: 'Table', columnDefinitions: [{ name: 'A' }], rows: [{ cells: null }, null] },
      { kind: 'Table', columnDefinitions: [{ name: 'A' }], rows: [{ cells: [] }] },
    ],
    [
      { kind: 'PodList', items: [1, 'a', true, [], {}] },
      { kind: 'PodList', items: [{}] },
    ],
    [
      { kind: 'Table', columnDefinitions: [{ name: null }, {}, 7], rows: [{}, { cells: {} }, 'a', { cells: 'b' }] },
      {
        kind: 'Table',
        columnDefinitions: [{ name: '' }, { name: '' }],
        rows: [{ cells: [] }, { cells: [] }, { cells: [] }],
      },
    ],
    [
      { kind: 'APIResourceList', resources: null },
      { kind: 'APIResourceList', resources: [] },
    ],
    [
      { kind: 'APIGroupList', groups: null },
      { kind: 'APIGroupList', groups: [] },
    ],
    [
      { kind: 'APIGroupDiscoveryList', items: null },
      { kind: 'APIGroupDiscoveryList', items: [] },
    ],
    [
      { kind: 'APIVersions', versions: null },
      { kind: 'APIVersions', versions: [] },
    ],
    // Objects that are not lists stay as they are.
    [
      { kind: 'ConfigMap', items: null, rows: null },
      { kind: 'ConfigMap', items: null, rows: null },
    ],
    [null, null],
    [{}, {}],
    ['text', 'text'],
  ];
  for (const [given, expected] of cases) {
    it(`${JSON.stringify(given)} has the lists that it has to have`, () => {
      assert.deepEqual(withLists(given), expected);
    });
  }

  const LIST = { path: '/api/v1/namespaces/shop/pods' };
  const OBJECT = { path: '/apis/apps/v1/namespaces/shop/deployments/web' };
  const fitting: [{ method?: 'DELETE'; path: string; query?: { continue: string } }, unknown][] = [
    [LIST, { kind: 'PodList', items: [] }],
    [LIST, { kind: 'Table', columnDefinitions: [], rows: [] }],
    // Custom lists have names of their own.
    [LIST, { kind: 'Herd', items: [] }],
    [
      { ...LIST, query: { continue: 'a' } },
      { kind: 'PodList', metadata: { continue: 'b' }, items: [] },
    ],
    [OBJECT, { kind: 'Deployment', metadata: { name: 'web' } }],
    [OBJECT, { kind: 'Table', columnDefinitions: [], rows: [] }],
    [
      { ...OBJECT, method: 'DELETE' },
      { kind: 'Status', status: 'Success' },
    ],
    [{ path: `${OBJECT.path}/status` }, {}],
    [{ path: '/version' }, { major: '1' }],
    [{ path: '/api/v1/nodes/a/proxy/stats/summary' }, { pods: [] }],
  ];
  for (const [request, answer] of fitting)
    it(`${JSON.stringify(answer)} is what ${request.method ?? 'GET'} ${request.path} asks for`, () => {
      assert.equal(misfit(answer, request), undefined);
    });

  const unfitting: [{ path: string; query?: { continue: string } }, unknown, RegExp][] = [
    ...[null, 42, 'text', true, [], [{}]].map(
      (answer) => [LIST, answer, /^JSON that is no object$/] as [{ path: string }, unknown, RegExp],
    ),
    [{ path: '/version' }, null, /no object/],
    [LIST, {}, /^JSON that is no list of pods$/],
    [LIST, { kind: 'Status', status: 'Success' }, /^a Status that is no list of pods$/],
    [LIST, { kind: 'Pod', metadata: {} }, /^a Pod that is no list of pods$/],
    [LIST, { kind: 'PodList', items: { a: 1 } }, /^a PodList whose items are no list$/],
    [LIST, { kind: 'Table', columnDefinitions: [], rows: 'a' }, /whose rows are no list$/],
    [{ path: '/apis' }, { kind: 'APIGroupList', groups: 1 }, /whose groups are no list$/],
    [
      { ...LIST, query: { continue: 'a' } },
      { kind: 'PodList', metadata: { continue: 'a' }, items: [{}] },
      /^the same page again and again/,
    ],
    [OBJECT, {}, /^JSON that is no object of deployments$/],
    [OBJECT, { kind: 'Status', status: 'Success' }, /^a Status that is no object of deployments$/],
  ];
  for (const [request, answer, expected] of unfitting)
    it(`${JSON.stringify(answer)} is not what ${request.path} asks for`, () => {
      assert.match(misfit(answer, request) ?? '', expected);
    });

  it('that is a failure without its status is one', () => {
    const answer = { kind: 'Status', status: 'Failure', code: 403, reason: 'Forbidden', message: 'no' };
    assert.throws(
      () => misfit(answer, LIST),
      (error) => error instanceof ApiError && error.code === 403 && error.reason === 'Forbidden',
    );
    assert.throws(() => misfit({ kind: 'Status', status: 'Failure' }, OBJECT), /a failure/);
  });
});
