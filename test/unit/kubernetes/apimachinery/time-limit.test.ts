import assert from 'node:assert/strict';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TimeLimit } from '../../../../src/kubernetes/apimachinery/time-limit.ts';

/** They combine it with nothing. */
const ALONE = ['json-web-token.ts', 'issuer.ts', 'found-editor.ts'];

describe('a time limit', () => {
  it('aborts when the time is up, and says so', async () => {
    const limit = new TimeLimit(1);
    // Its timer keeps nothing alive.
    const alive = setInterval(() => undefined, 1_000);
    await once(limit.signal, 'abort');
    clearInterval(alive);
    assert.ok(limit.isOver);
    assert.equal(limit.signal.reason.name, 'TimeoutError');
  });

  it('is lifted by its end', async () => {
    const limit = new TimeLimit(1);
    limit.end();
    // Longer than the limit: nothing comes that could be waited for.
    await delay(20);
    assert.ok(!limit.isOver);
  });

  it('is what all that is combined uses: Node never lets go of a combined AbortSignal.timeout', () => {
    const users = globSync('src/{kubernetes,server}/**/*.ts').filter((file) => {
      const code = readFileSync(file, 'utf8').replaceAll(/^\s*\*.*$/gm, '');
      return code.includes('AbortSignal.timeout(') && !ALONE.includes(basename(file));
    });
    assert.deepEqual(users, []);
  });
});
