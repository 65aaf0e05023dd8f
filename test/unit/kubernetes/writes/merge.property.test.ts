import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changedPaths, pathText } from '../../../../src/kubernetes/apimachinery/field-path.ts';
import { isObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { merge } from '../../../../src/kubernetes/writes/merge.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd');
const { value } = fc.letrec<{ value: unknown; plain: unknown; map: unknown; members: unknown; list: unknown }>(
  (tie) => ({
    value: fc.oneof({ depthSize: 'small' }, tie('plain'), tie('map'), tie('members'), tie('list')),
    plain: fc.constantFrom(0, 1, 2, 'x', 'y', true),
    map: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    members: fc.uniqueArray(fc.record({ name: key, value: tie('value') }), {
      selector: ({ name }) => name,
      maxLength: 4,
    }),
    list: fc.array(tie('plain'), { maxLength: 3 }),
  }),
);
const map = fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true });

// An edit at one place of a value.
function changed(from: unknown, choices: readonly number[]): unknown {
  const [at = 0, ...rest] = choices;
  if (isObject(from) && Object.keys(from).length > 0) {
    const keys = Object.keys(from);
    const chosen = keys[at % keys.length] ?? '';
    return { ...from, [chosen]: chosen === 'name' ? from.name : changed(from[chosen], rest) };
  }
  if (Array.isArray(from) && from.length > 0 && from.every((item) => isObject(item)))
    return from.map((item: unknown, index) => (index === at % from.length ? changed(item, rest) : item));
  return `new ${at}`;
}

describe('a three-way merge', () => {
  it('has nothing to merge where one side changed nothing, or both did the same', () => {
    fc.assert(
      fc.property(map, map, (base, other) => {
        assert.deepEqual(merge(base, other, base), { merged: other, conflicts: [] });
        assert.deepEqual(merge(base, base, other), { merged: other, conflicts: [] });
        assert.deepEqual(merge(base, other, other), { merged: other, conflicts: [] });
      }),
    );
  });

  it('keeps every change of both sides, or says where it cannot', () => {
    const choices = fc.array(fc.nat(9), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(map, choices, choices, (base, one, two) => {
        const [mine, theirs] = [changed(base, one), changed(base, two)];
        const { merged, conflicts } = merge(base, mine, theirs);
        const places = conflicts.map(pathText);
        for (const path of changedPaths(merged, mine).map(pathText))
          assert.ok(
            changedPaths(base, theirs)
              .map(pathText)
              .some((their) => path.startsWith(their) || their.startsWith(path)),
          );
        if (conflicts.length === 0) {
          // Nothing is left to be merged.
          assert.deepEqual(merge(base, merged, theirs), { merged, conflicts: [] });
        } else {
          const both = [changedPaths(base, mine), changedPaths(base, theirs)].map((paths) => paths.map(pathText));
          for (const place of places)
            for (const paths of both)
              assert.ok(
                paths.some((path) => path.startsWith(place)),
                place,
              );
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('conflicts at the same places, whoever is first', () => {
    fc.assert(
      fc.property(map, map, map, (base, one, two) => {
        const places = (mine: unknown, theirs: unknown) => merge(base, mine, theirs).conflicts.map(pathText).sort();
        assert.deepEqual(places(one, two), places(two, one));
      }),
    );
  });

  it('takes containers by name, and keeps who adds where', () => {
    const list = (...names: string[]) => names.map((name) => ({ name, image: name }));
    const names = (merged: unknown) => (merged as { name: string }[]).map(({ name }) => name).join('');
    assert.equal(names(merge(list('a', 'b'), list('a', 'x', 'b'), list('a', 'b', 'y')).merged), 'axby');
    assert.equal(names(merge(list('a', 'b'), list('b', 'a'), list('a', 'b', 'y')).merged), 'bya');
    assert.equal(names(merge(list('a', 'b'), list('b'), list('a', 'b', 'y')).merged), 'by');
    assert.deepEqual(merge(list('a', 'b', 'c'), list('b', 'a', 'c'), list('c', 'a', 'b')).conflicts, [[]]);
    const removed = merge(list('a', 'b'), list('b'), [{ name: 'a', image: 'new' }, ...list('b')]);
    assert.deepEqual(removed.conflicts, [[{ keys: { name: 'a' } }]]);
  });
});
