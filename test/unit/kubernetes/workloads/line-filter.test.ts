import assert from 'node:assert/strict';
import { lineFilter } from '../../../../src/kubernetes/workloads/line-filter.ts';
import { processorTime } from '../../../support/load.ts';

const logOf = (...texts: string[]) => texts.map((text, index) => ({ time: `2026-01-01T00:00:0${index}Z`, text }));

describe('lineFilter', () => {
  it('finds the newest matches and tells how far back it looked', async () => {
    const filter = await lineFilter('(?i)err|warn');
    const log = logOf('ERROR one', 'fine', 'error two', 'fine', 'warn three');
    const two = filter(log, 2);
    assert.deepEqual(
      two.lines.map(({ text }) => text),
      ['error two', 'warn three'],
    );
    assert.deepEqual([two.searched, two.oldest?.text], [3, 'error two']);
    assert.equal(filter(log, 10).lines.length, 3);
    assert.equal(filter(log, 10).searched, 5);
    assert.equal(filter([], 10).searched, 0);
  });

  it('is fast where other engines hang', async () => {
    const took = await processorTime(async () => {
      for (const pattern of ['(a+)+$', '(a|a)*b', '(a*)*[bc]$', '(.*a){25}[xy]$']) {
        (await lineFilter(pattern))(logOf(`${'a'.repeat(20_000)}!`), 1);
      }
    });
    assert.ok(took < 5_000, `${took} ms`);
  });

  it('says what it cannot read', async () => {
    for (const pattern of ['(a', 'a(?=b)', '(a)\\1', '(x{500}){500}'])
      await assert.rejects(lineFilter(pattern), /grep is not a regular expression of RE2: .* no look-around/);
    await assert.rejects(lineFilter('a'.repeat(2000)), /at most 1000 characters/);
  });
});
