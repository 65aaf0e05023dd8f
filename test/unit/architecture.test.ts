import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

describe('docs/architecture.md', () => {
  const page = readFileSync(new URL('docs/architecture.md', root), 'utf8');

  it('names files and folders that are there', () => {
    const names = [...page.matchAll(/`([\w./-]+(?:\.\w+|\/))`/g)].map(([, name = '']) => name);
    assert.ok(names.length > 50, `${names.length} names`);
    const missing = names.filter((name) => !['', 'src/'].some((folder) => existsSync(new URL(folder + name, root))));
    assert.deepEqual(
      missing.filter((name) => !name.startsWith('mcpK8s.')),
      [],
    );
  });
});
