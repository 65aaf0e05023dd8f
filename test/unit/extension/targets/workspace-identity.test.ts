import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceIdentity } from '../../../../src/extension/targets/workspace-identity.ts';

describe('the identity of a workspace', () => {
  // Each test runs git several times.
  let folder: string;
  let clone: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'identity-'));
    clone = join(folder, 'clone');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const git = (...args: string[]) =>
    execFileSync('git', ['-C', clone, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  async function init(origin: string): Promise<void> {
    await mkdir(join(clone, 'deep'), { recursive: true });
    git('init', '--quiet');
    git('remote', 'add', 'origin', origin);
    await writeFile(join(clone, 'file'), '1');
    git('add', '.');
    git('commit', '--quiet', '-m', '1');
  }

  it('stays with commits, branches, edits and further remotes, and is the repository’s for a folder in it', async () => {
    await init('https://example.com/a.git');
    const [before, deep] = [await workspaceIdentity(clone), await workspaceIdentity(join(clone, 'deep'))];
    await writeFile(join(clone, 'file'), '2');
    git('checkout', '--quiet', '-b', 'other');
    git('commit', '--quiet', '-am', '2');
    git('remote', 'add', 'fork', 'https://example.com/fork.git');
    git('gc', '--quiet');
    assert.equal(await workspaceIdentity(clone), before);
    assert.equal(await workspaceIdentity(join(clone, 'deep')), deep);
    assert.notEqual(deep, before);
  });

  it('is another for another repository at the same path, from the same origin or not', async () => {
    await init('https://example.com/a.git');
    const identities = new Set([await workspaceIdentity(clone)]);
    for (const origin of ['https://example.com/b.git', 'https://example.com/a.git']) {
      await rename(clone, join(folder, `before-${identities.size}`));
      await init(origin);
      identities.add(await workspaceIdentity(clone));
    }
    await rm(join(clone, '.git'), { recursive: true });
    identities.add(await workspaceIdentity(clone));
    git('init', '--quiet');
    identities.add(await workspaceIdentity(clone));
    git('remote', 'add', 'origin', 'https://evil.example/a.git');
    identities.add(await workspaceIdentity(clone));
    assert.equal(identities.size, 6);
  });

  it('is another for another folder without a repository at the same path', async () => {
    await mkdir(clone);
    await writeFile(join(clone, 'a'), '');
    const before = await workspaceIdentity(clone);
    await writeFile(join(clone, 'b'), '');
    assert.equal(await workspaceIdentity(clone), before);
    await rename(clone, join(folder, 'before'));
    await mkdir(clone);
    await writeFile(join(clone, 'a'), '');
    assert.notEqual(await workspaceIdentity(clone), before);
  });
});
