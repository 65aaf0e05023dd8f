import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, link, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editorPlaces } from '../../../../src/server/core/editor-places.ts';

describe('places of the editor', () => {
  // There an editor has to prove that it wrote the file; see the test of the editor that is found.
  if (process.platform === 'win32') return;
  let base: string;
  let folder: string;
  let reported: string[];
  let listening: Server[];

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'places-'));
    folder = join(base, 'editors');
    await mkdir(folder, { mode: 0o700 });
    reported = [];
    listening = [];
  });

  afterEach(async () => {
    for (const server of listening) server.close();
    await rm(base, { recursive: true, force: true });
  });

  const found = () => editorPlaces(folder, (problem) => void reported.push(problem));

  /** A window of the user's: a socket that listens, and its file. */
  async function window(name = randomBytes(16).toString('hex')) {
    const home = await mkdtemp(join(base, 'window-'));
    const socket = join(home, 'editor');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    await chmod(socket, 0o600);
    listening.push(server);
    const file = join(folder, name);
    await writeFile(file, JSON.stringify({ socket, token: name }), { mode: 0o600 });
    return { home, socket, file, name, place: { socket, token: name } };
  }

  async function refused(pattern: RegExp) {
    assert.deepEqual(await found(), []);
    assert.equal(reported.length, 1);
    assert.match(reported[0] ?? '', pattern);
  }

  it('are found, the last used first, and not more than a few', async () => {
    const windows = [];
    for (let age = 0; age < 10; age++) {
      const one = await window();
      await utimes(one.file, 1_000_000 - age, 1_000_000 - age);
      windows.push(one);
    }
    assert.deepEqual(
      await found(),
      windows.slice(0, 8).map(({ place }) => place),
    );
    assert.deepEqual(reported, []);
  });

  it('are none, without a word, where no window has been', async () => {
    folder = join(base, 'nowhere');
    assert.deepEqual(await found(), []);
    assert.deepEqual(reported, []);
  });

  it('are not taken from a folder that others can read or write, that is a link, or that is none', async () => {
    await window();
    for (const mode of [0o701, 0o710, 0o750, 0o770, 0o755, 0o777]) {
      await chmod(folder, mode);
      await refused(/folder .* open to other users/);
      reported = [];
    }
    await chmod(folder, 0o700);
    await rename(folder, join(base, 'real'));
    await symlink(join(base, 'real'), folder);
    await refused(/not what it should be/);
    reported = [];
    await rm(folder);
    await writeFile(folder, '', { mode: 0o600 });
    await refused(/not what it should be/);
  });

  for (const [what, spoil, why] of [
    ['that others can read', ({ file }) => chmod(file, 0o644), /file is open to other users/],
    ['that a group can write', ({ file }) => chmod(file, 0o620), /file is open to other users/],
    [
      'that is a link',
      async ({ file, home }) => {
        await rename(file, join(home, 'file'));
        await symlink(join(home, 'file'), file);
      },
      /ELOOP/,
    ],
    ['with a second name', ({ file, home }) => link(file, join(home, 'file')), /not what it should be/],
    [
      'that is a folder',
      async ({ file }) => {
        await rm(file);
        await mkdir(file, { mode: 0o700 });
      },
      /not what it should be/,
    ],
    [
      'that is a pipe, which nobody writes to',
      async ({ file }) => {
        await rm(file);
        execFileSync('mkfifo', ['-m', '600', file]);
      },
      /not what it should be/,
    ],
    ['that is huge', ({ file }) => writeFile(file, ' '.repeat(5_000)), /not what it should be/],
    ['that is no JSON', ({ file }) => writeFile(file, '{'), /JSON/],
    ['without an address', ({ file }) => writeFile(file, '{"token":"t"}'), /no address/],
    ['with an empty token', ({ file }) => writeFile(file, '{"socket":"/s","token":""}'), /no address/],
    ['of a relative path', ({ file }) => writeFile(file, '{"socket":"s","token":"t"}'), /no absolute path/],
    ['whose socket others can reach', ({ socket }) => chmod(socket, 0o666), /socket is open to other users/],
    ['whose socket others can replace', ({ home }) => chmod(home, 0o777), /socket’s folder is open to other users/],
    [
      'whose socket is behind a link',
      async ({ socket }) => {
        await rename(socket, `${socket}.real`);
        await symlink(`${socket}.real`, socket);
      },
      /socket is (not what it should be|open to other users)/,
    ],
    [
      'whose socket is a file',
      async ({ socket }) => {
        await rm(socket);
        await writeFile(socket, '', { mode: 0o600 });
      },
      /socket is not what it should be/,
    ],
  ] as [string, (its: Awaited<ReturnType<typeof window>>) => Promise<unknown>, RegExp][])
    it(`are not taken from a file ${what}; the others are`, async () => {
      await spoil(await window());
      await refused(why);
      const { place } = await window();
      assert.deepEqual(await found(), [place]);
    });

  it('are none of another user', async () => {
    await window();
    const { geteuid } = process;
    const own = process.geteuid?.() ?? 0;
    try {
      process.geteuid = () => own + 1;
      await refused(/another user's/);
    } finally {
      if (geteuid) process.geteuid = geteuid;
    }
  });

  it('are not those of a window that is gone, or that is still writing', async () => {
    const { home, file } = await window();
    await rename(file, `${file}.new`);
    assert.deepEqual(await found(), []);
    await rename(`${file}.new`, file);
    await rm(home, { recursive: true });
    assert.deepEqual(await found(), []);
    assert.deepEqual(reported, []);
  });
});
