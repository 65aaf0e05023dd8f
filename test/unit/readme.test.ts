import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { READMES, withTables } from '../../scripts/readme.ts';

const root = new URL('../../', import.meta.url);
const files = Object.keys(READMES) as (keyof typeof READMES)[];
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const [english, chinese] = ['README.md', 'README.zh-cn.md'].map(read) as [string, string];

for (const file of files) {
  describe(file, () => {
    const readme = read(file);

    it('has the tables that follow from package.json and the tools', () => {
      // The formatter aligns columns.
      const cells = (text: string) => text.replace(/ {2,}/g, ' ').replace(/-{3,}/g, '---');
      assert.ok(cells(withTables(file, readme)) === cells(readme), `${file} is behind the code: run \`npm run docs\`.`);
    });

    it('links to files that are there', () => {
      const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
      assert.ok(links.length > 0);
      for (const link of links) assert.ok(existsSync(new URL(link, root)), link);
    });

    it('says how to try it and how to test it', () => {
      for (const command of ['npm ci && npm run demo', 'npm ci && npm test'])
        assert.ok(readme.includes(`\n${command}`));
    });
  });
}

describe('the READMEs', () => {
  it('say the same in both languages: sections, pictures, links and code', () => {
    const outsideTables = (text: string) => text.replace(/<!-- (\w+) -->.*?<!-- \/\1 -->/gs, '');
    const parts = (text: string) => ({
      sections: text.match(/^## /gm)?.length,
      pictures: [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => path),
      code: [...new Set(outsideTables(text).match(/`[-\w@/:.*]+`/g))].sort(),
    });
    assert.deepEqual(parts(chinese), parts(english));
  });
});
