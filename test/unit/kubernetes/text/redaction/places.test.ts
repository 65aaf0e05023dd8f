import assert from 'node:assert/strict';
import { changedPaths } from '../../../../../src/kubernetes/apimachinery/field-path.ts';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { objectDiff } from '../../../../../src/kubernetes/text/diff.ts';
import { redact, restoreRedacted } from '../../../../../src/kubernetes/text/redact.ts';
import { counterparts } from '../../../../../src/kubernetes/text/redaction/places.ts';
import { Guesses } from '../../../../../src/kubernetes/writes/guesses.ts';
import { tooSlow, usualTime } from '../../../../support/growth.ts';

const SIZE = 1_000;

type Item = (index: number) => unknown;
const ITEMS: Record<string, Item> = {
  'of one name': (index) => ({ name: 'same', value: `x${index}` }),
  'of two names': (index) => ({ name: `n${index % 2}`, value: `x${index}` }),
  'of names of their own': (index) => ({ name: `n${index}`, value: `x${index}` }),
  'with passwords of one name': (index) => ({ name: 'DB_PASSWORD', value: `hunter2-${index}Zq` }),
  'without names': (index) => ({ port: index }),
  'of some names': (index) => (index % 2 ? { name: 'same', v: index } : { port: index }),
  'of texts': (index) => `text ${index}`,
  'of one text': () => '--password=hunter2Zq',
};
type Change = (list: unknown[]) => unknown[];
const CHANGES: Record<string, Change> = {
  'with one more': (list) => [...list, { name: 'same', value: 'new' }],
  'with one before': (list) => [{ name: 'DB_PASSWORD', value: 'new' }, ...list],
  'with one less': (list) => list.slice(1),
};
const thing = (list: unknown[]) =>
  ({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' }, spec: { list } }) as KubernetesObject;

type Work = (before: unknown[], after: unknown[]) => unknown;
const WORKS: Record<string, Work> = {
  counterparts: (before, after) => counterparts(after, before),
  changedPaths: (before, after) => changedPaths(thing(before), thing(after)),
  redact: (before, after) => redact(thing(after), thing(before)),
  objectDiff: (before, after) => objectDiff(thing(before), thing(after)),
  'objectDiff with what was submitted': (before, after) => objectDiff(thing(before), thing(after), thing(after)),
  restoreRedacted: (before, after) => {
    const shown = redact(thing(before));
    const { list } = shown.spec as { list: unknown[] };
    return restoreRedacted(thing(after.map((item, index) => list[index] ?? item)), thing(before));
  },
  Guesses: (before, after) => new Guesses(thing(before)).hiddenFrom(thing(after)),
};

describe('what compares lists', () => {
  for (const [name, work] of Object.entries(WORKS)) {
    it(`takes linear time: ${name}`, () => {
      const ports = Array.from({ length: SIZE }, (_, index) => ({ port: index }));
      const ordinary = usualTime(() => objectDiff(thing(ports), thing([...ports, { port: SIZE }])));
      const slow = Object.entries(ITEMS).flatMap(([kind, item]) => {
        const list = (length: number) => Array.from({ length }, (_, index) => item(index));
        // Recognising a credential takes longer than a number, in one list as in two that are compared.
        const baseline = Math.max(
          ordinary,
          usualTime(() => redact(thing(list(SIZE)))),
        );
        return Object.entries(CHANGES).flatMap(([how, change]) => {
          const problem = tooSlow((times) => {
            const before = list(SIZE * times);
            const after = change(before);
            return () => work(before, after);
          }, baseline / 10);
          return problem === undefined ? [] : `a list ${kind} ${how} ${problem}`;
        });
      });
      assert.deepEqual(slow, []);
    });
  }
});
