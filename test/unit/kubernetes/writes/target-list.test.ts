import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ApiResource } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import type { Target } from '../../../../src/kubernetes/writes/target.ts';
import { describeTargets } from '../../../../src/kubernetes/writes/target-list.ts';

function target(kind: string, name: string, namespace?: string): Target {
  const resource = { group: kind === 'jobs' ? 'batch' : '', name: kind, namespaced: namespace !== undefined };
  return { resource: resource as ApiResource, namespace, name, object: {} };
}

describe('describeTargets', () => {
  it('gives each of a few a line', () => {
    assert.deepEqual(describeTargets([target('configmaps', 'a', 'x'), target('configmaps', 'b', 'x')]), [
      'configmaps "a" in namespace x',
      'configmaps "b" in namespace x',
    ]);
  });

  it('gives those of many that are alike one line', () => {
    const teams = ['a', 'b', 'c'];
    assert.deepEqual(
      describeTargets([
        ...teams.map((team) => target('namespaces', team)),
        ...teams.flatMap((team) => [target('configmaps', 'one', team), target('configmaps', 'two', team)]),
        target('jobs', 'only', 'b'),
      ]),
      [
        'namespaces "a", "b", "c"',
        'configmaps "one", "two" in each of namespaces a, b, c',
        'jobs.batch "only" in namespace b',
      ],
    );
  });

  it('names every object, however many', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd');
    const some = fc.uniqueArray(fc.tuple(fc.constantFrom('configmaps', 'jobs'), word, word), {
      selector: (one) => one.join(' '),
      maxLength: 32,
    });
    fc.assert(
      fc.property(some, (all) => {
        const lines = describeTargets(all.map(([kind, name, namespace]) => target(kind, name, namespace)));
        const told = lines.flatMap((line) => {
          const [, kind = '', names = '', places = ''] =
            /^(\w+)\S* (.*) in (?:each of )?namespaces? (.*)$/.exec(line) ?? [];
          return places
            .split(', ')
            .flatMap((place) => names.split(', ').map((name) => [kind, name.replaceAll('"', ''), place].join(' ')));
        });
        assert.deepEqual(told.sort(), all.map((one) => one.join(' ')).sort());
      }),
    );
  });
});
