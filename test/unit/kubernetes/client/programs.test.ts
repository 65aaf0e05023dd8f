import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { candidatesOf, findProgram, searchPathOf } from '../../../../src/kubernetes/client/programs.ts';

describe('programs', () => {
  const linux = (path: string) => searchPathOf({ PATH: path }, 'linux');
  const windows = (env: NodeJS.ProcessEnv) => searchPathOf(env, 'win32');

  it('are looked up on PATH without what is relative in it', () => {
    assert.deepEqual(candidatesOf('aws', linux('.:/usr/bin::bin:../x:/opt/bin')), ['/usr/bin/aws', '/opt/bin/aws']);
    assert.deepEqual(candidatesOf('aws', linux('')), []);
    assert.deepEqual(candidatesOf('/opt/aws', linux('/usr/bin')), ['/opt/aws']);
    assert.deepEqual(candidatesOf('./aws', linux('/usr/bin')), []);
  });

  it('have the endings of PATHEXT on Windows, and are never in the current folder', () => {
    const env = { Path: 'C:\\tools;.;"C:\\Program Files\\x";bin', PATHEXT: '.EXE;.CMD' };
    assert.deepEqual(candidatesOf('aws', windows(env)), [
      ...['C:\\tools\\aws.exe', 'C:\\tools\\aws.cmd'],
      ...['C:\\Program Files\\x\\aws.exe', 'C:\\Program Files\\x\\aws.cmd'],
    ]);
    assert.deepEqual(candidatesOf('aws.EXE', windows({ PATH: 'C:\\tools' })), ['C:\\tools\\aws.EXE']);
    assert.deepEqual(candidatesOf('C:aws', windows(env)), []);
  });

  it('are never relative, whatever PATH is', () => {
    const entry = fc.constantFrom(
      '',
      '.',
      '..',
      'bin',
      './bin',
      '/bin',
      '//x',
      '~/bin',
      ' ',
      'C:\\x',
      '\\\\host\\share',
    );
    fc.assert(
      fc.property(fc.array(entry), fc.constantFrom('a', './a', '../a', 'b/a', '/a'), (entries, command) => {
        for (const file of candidatesOf(command, linux(entries.join(':')))) assert.ok(file.startsWith('/'), file);
        for (const file of candidatesOf(command, windows({ PATH: entries.join(';') })))
          assert.match(file, /^[A-Z]:\\|^\\\\|^[\\/]/);
      }),
    );
  });

  if (process.platform === 'win32') return;

  it('are never found by name in a workspace, by whatever way PATH leads there', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'programs-')));
    try {
      const workspace = join(folder, 'workspace');
      for (const place of [workspace, join(workspace, 'bin'), join(folder, 'bin')]) {
        await mkdir(place);
        await writeFile(join(place, 'aws'), '#!/bin/sh\n');
        await chmod(join(place, 'aws'), 0o755);
      }
      await symlink(join(workspace, 'bin'), join(folder, 'way-in'));
      await mkdir(join(folder, 'links'));
      await symlink(join(workspace, 'aws'), join(folder, 'links', 'aws'));
      const strange = [
        join(workspace, 'bin'),
        join(folder, 'way-in'),
        join(folder, 'links'),
        join(folder, 'bin', '..', 'workspace'),
      ];
      const find = (entries: string[]) => findProgram('aws', [workspace], linux(entries.join(delimiter)));
      assert.equal(await find(strange), undefined);
      assert.equal(await find([...strange, join(folder, 'bin')]), join(folder, 'bin', 'aws'));
      assert.equal(await findProgram(join(workspace, 'aws'), [workspace]), join(workspace, 'aws'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
