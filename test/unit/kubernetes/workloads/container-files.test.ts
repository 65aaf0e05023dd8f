import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { archiveOf, assertFilePath, fileIn } from '../../../../src/kubernetes/workloads/container-files.ts';

describe('a file in a container', () => {
  it('goes through an archive unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const archive = archiveOf('x', Buffer.from(bytes));
        assert.equal(archive.length % 10_240, 0);
        assert.deepEqual([...fileIn(archive, '/x')], [...bytes]);
      }),
    );
  });

  it('has an archive that tar reads', () => {
    const text = execFileSync('tar', ['-xOf', '-', 'name.txt'], {
      input: archiveOf('name.txt', Buffer.from('content')),
    });
    assert.equal(text.toString(), 'content');
  });

  it('is no link and no folder', () => {
    for (const type of ['1', '2', '3', '5', 'g', 'x']) {
      const archive = archiveOf('x', Buffer.from('content'));
      archive.write(type, 156);
      assert.throws(() => fileIn(archive, '/x'), /is (a link|a folder|no file): name the file itself/);
    }
    assert.throws(() => fileIn(Buffer.alloc(10), '/x'), /is no file/);
    const short = archiveOf('x', Buffer.from('content')).subarray(0, 600);
    short.write('00000777777', 124);
    assert.throws(() => fileIn(short, '/x'), /is no file/);
  });

  it('has a path that is what it seems', () => {
    for (const path of ['/a', '/a/b.c', '/a b', '/-x', '/..a']) assertFilePath(path);
    for (const path of ['', 'a', '../a', '/a/..', '/a/../b', '/./a', '//a', '/a/', '/a\n'])
      assert.throws(() => assertFilePath(path), path);
  });
});
