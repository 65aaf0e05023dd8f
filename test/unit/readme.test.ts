import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { withTables } from '../../scripts/readme.ts';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

describe('README.md', () => {
  it('has the tables that follow from package.json and the tools', () => {
    // The formatter aligns columns.
    const cells = (text: string) => text.replace(/ {2,}/g, ' ').replace(/-{3,}/g, '---');
    assert.ok(cells(withTables(readme)) === cells(readme), 'README.md is behind the code: run `npm run docs`.');
  });

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
    assert.ok(links.length > 0);
    for (const link of links) assert.ok(existsSync(new URL(link, root)), link);
  });
});
