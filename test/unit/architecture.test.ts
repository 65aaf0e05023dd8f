import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { FLOORS } from '../../scripts/layout.ts';

const root = new URL('../../', import.meta.url);

/** The files and folders that a page names but that exist neither below the repository nor `src`. */
function missing(page: string): string[] {
  const text = readFileSync(new URL(page, root), 'utf8');
  const names = [...text.matchAll(/`([\w./-]+(?:\.(?:ts|mjs|json)|\/))`/g)].map(([, name = '']) => name);
  assert.ok(names.length > 5, `${names.length} names`);
  const exists = (name: string) => ['', 'src/'].some((folder) => existsSync(new URL(folder + name, root)));
  return names.filter((name) => !exists(name));
}

describe('the pages for those who change the code', () => {
  it('name files and folders that are there', () => {
    assert.deepEqual(missing('docs/architecture.md'), []);
    // The tool that its example adds.
    assert.deepEqual(missing('.github/CONTRIBUTING.md'), ['src/server/tools/read/count-pods.ts']);
  });

  it('name the floors of each room from the ground up', () => {
    const page = readFileSync(new URL('docs/architecture.md', root), 'utf8');
    // What a folder is for may name others.
    const named = [...page.matchAll(/^ {2}- ([^:]+):/gm)].flatMap(
      ([, names = '']) => names.match(/[\w/-]+(?=\/`)/g) ?? [],
    );
    const floors = Object.keys(FLOORS);
    for (const room of ['kubernetes', 'server', 'webviews', 'extension']) {
      const folders = named.filter((name) => name.startsWith(`${room}/`));
      assert.ok(folders.length >= 3, room);
      assert.deepEqual(
        folders,
        floors.filter((floor) => folders.includes(floor)),
      );
    }
  });
});

describe('the pages in the editor', () => {
  it('never make elements out of texts', () => {
    for (const file of globSync('src/webviews/**/*.ts', { cwd: root })) {
      const text = readFileSync(new URL(file, root), 'utf8');
      assert.doesNotMatch(text, /(inner|outer)HTML|insertAdjacentHTML|document\.write|DOMParser|setHTML/, file);
    }
  });
});
