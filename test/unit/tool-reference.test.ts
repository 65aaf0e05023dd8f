import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { toolReference } from '../../scripts/tool-reference.ts';
import { tools } from '../../src/server/mcp/tools.ts';

describe('docs/tools.md', () => {
  const page = readFileSync(new URL('../../docs/tools.md', import.meta.url), 'utf8');

  it('has what the tools declare and answer', () => {
    // The formatter aligns columns.
    const cells = (text: string) => text.replace(/ {2,}/g, ' ').replace(/-{3,}/g, '---');
    assert.ok(cells(toolReference()) === cells(page), 'docs/tools.md is behind the code: run `npm run docs`.');
  });

  it('has a section with an answer for each tool', () => {
    for (const { name } of tools)
      assert.match(page, new RegExp(`^## ${name}\\n[^#]+^\`\`\`text\\n[^\`]+^\`\`\`$`, 'm'), name);
  });
});
