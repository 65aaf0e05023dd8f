import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { READMES, withTables } from '../../scripts/readme.ts';
import { tools } from '../../src/server/mcp/tools.ts';
import { fullName, SETTINGS, settingOfSwitch } from '../../src/settings.ts';

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

describe('what a tool needs', () => {
  const lineOf = {
    'README.md': (name: string) => new RegExp(`^\\| \`${name}\` .*$`, 'm'),
    'docs/tools.md': (name: string) => new RegExp(`^## ${name}\\n\\n.*\\n\\nAccess: .*$`, 'm'),
  };
  const isUsual = (toolset: string) => SETTINGS.toolsets.default.some((usual) => usual === toolset);

  for (const [file, line] of Object.entries(lineOf)) {
    const page = read(file);
    const saidOf = (name: string) => line(name).exec(page)?.[0] ?? '';

    it(`is beside it in ${file}: a toolset that is off by default`, () => {
      const found = tools.filter(({ toolset = 'core' }) => !isUsual(toolset));
      assert.ok(found.length >= 3);
      for (const { name, toolset } of found) assert.match(saidOf(name), new RegExp(`toolset:? \`${toolset}\``, 'i'));
    });

    it(`is beside it in ${file}: switches that some of its calls need besides its own`, () => {
      const found = tools.flatMap(({ name, besides = [] }) => besides.map((one) => ({ name, ...one })));
      assert.ok(found.length >= 4);
      for (const { name, needs, ...calls } of found)
        for (const text of [calls.for, ...needs.map((one) => `\`${fullName(settingOfSwitch(one))}\``)])
          assert.ok(saidOf(name).includes(text), `${name}: ${text}`);
    });
  }
});

describe('the package on npm', () => {
  it('is promised from the first release on, by each page that names it', () => {
    const pages = globSync(['*.md', 'docs/*.md'], { cwd: fileURLToPath(root) }).filter(
      (page) => page !== 'CHANGELOG.md' && read(page).includes('npx @mcp-k8s/server'),
    );
    assert.ok(pages.length >= 4, String(pages));
    for (const page of pages) assert.match(read(page), /from\s+the\s+first\s+release\s+on|自首个发布起/, page);
  });
});

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
