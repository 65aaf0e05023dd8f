import assert from 'node:assert/strict';
import { withLists } from '../../../../src/kubernetes/client/answers.ts';

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
});
