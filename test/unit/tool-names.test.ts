import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { tools } from '../../src/server/mcp/tools.ts';

const root = new URL('../../', import.meta.url);

describe('names of tools', () => {
  it('are unknown to the core and to the extension: they throw facts, and the server words them for a model', () => {
    const names = new RegExp(`\\b(${tools.map(({ name }) => name).join('|')})\\b`);
    const files = globSync('src/{kubernetes,extension}/**/*.ts', { cwd: root });
    assert.ok(files.length > 100);
    const found = files.flatMap((file) => {
      const [name] = names.exec(readFileSync(new URL(file, root), 'utf8')) ?? [];
      return name === undefined ? [] : [`${file} names ${name}`];
    });
    assert.deepEqual(found, []);
  });
});
