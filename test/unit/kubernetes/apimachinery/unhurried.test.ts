import assert from 'node:assert/strict';
import { mapUnhurried } from '../../../../src/kubernetes/apimachinery/unhurried.ts';

describe('mapUnhurried', () => {
  it('keeps the order and tells the index', async () => {
    assert.deepEqual(await mapUnhurried(['a', 'b'], (text, index) => text + index), ['a0', 'b1']);
  });

  it('lets others in between', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const busy = () => {
      const end = performance.now() + 10;
      while (performance.now() < end);
    };
    await mapUnhurried([1, 2, 3, 4, 5, 6], busy);
    clearInterval(timer);
    assert.ok(turns >= 2, `${turns} turns`);
  });
});
