import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const exists = (path: string) => existsSync(new URL(path, root));

describe('docs/security.md', () => {
  const text = readFileSync(new URL('docs/security.md', root), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| [A-Z][^|]* \| `/.test(line));

  it('names code and tests that are there', () => {
    assert.ok(rows.length >= 10, `${rows.length} promises`);
    for (const row of rows) {
      const [, promise = '', enforced = '', attacked = ''] = row.split('|');
      const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      const code = quoted(enforced);
      const tests = quoted(attacked);
      assert.ok(code.length > 0 && tests.length > 0, promise);
      for (const path of code) assert.ok(exists(`src/${path}`), path);
      for (const name of tests) assert.ok(exists(`test/${name}.test.ts`) || exists(`test/${name}`), name);
    }
  });
});
