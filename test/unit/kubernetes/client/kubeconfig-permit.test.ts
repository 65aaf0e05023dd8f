import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubeconfigPermit, loadKubeconfig } from '../../../../src/kubernetes/client/kubeconfig.ts';
import { StrangerPermit } from '../../../../src/kubernetes/client/kubeconfig-permit.ts';
import type { Agreement, KubeconfigInQuestion } from '../../../../src/protocol.ts';

describe('a permit for what a stranger provides', () => {
  let folder: string;
  let workspace: string;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'permit-')));
    workspace = join(folder, 'workspace');
    await mkdir(workspace);
  });
  after(() => rm(folder, { recursive: true }));

  const text = (name: string, more = {}) =>
    JSON.stringify({
      'current-context': name,
      contexts: [{ name, context: { cluster: name, user: name } }],
      clusters: [{ name, cluster: { server: `https://${name}` } }],
      users: [{ name, confinement: { places: [], pins: [] }, user: { exec: { command: 'aws' } } }],
      ...more,
    });
  async function file(path: string, content: string): Promise<string> {
    await writeFile(path, content);
    return path;
  }
  function permit(answer: Agreement, asked: KubeconfigInQuestion[] = []): KubeconfigPermit {
    return new StrangerPermit({
      places: [workspace],
      agreement: async (question) => {
        asked.push(question);
        return answer;
      },
      refusal: (path, agreement) => new Error(`${agreement}: ${path}`),
    });
  }

  it('is asked for about what it provides, and about nothing else', async () => {
    const asked: KubeconfigInQuestion[] = [];
    const own = await file(join(folder, 'own'), text('own'));
    const theirs = await file(join(workspace, 'theirs'), text('theirs'));
    const merged = await loadKubeconfig([own, theirs], permit('agreed', asked));
    assert.deepEqual(
      asked.map(({ path }) => path),
      [theirs],
    );
    assert.deepEqual(
      merged.contexts.map(({ name }) => name),
      ['own', 'theirs'],
    );
    const confinements = merged.users.map(({ confinement }) => confinement);
    assert.deepEqual(confinements, [
      { places: [workspace], pins: undefined },
      { places: [workspace], pins: [] },
    ]);
    for (const answer of ['refused', 'waiting', 'nobody'] as const)
      await assert.rejects(loadKubeconfig([own, theirs], permit(answer)), new RegExp(`^Error: ${answer}: ${theirs}$`));
  });

  it('says of what is named and lies elsewhere that it may be the user’s own', async () => {
    const asked: KubeconfigInQuestion[] = [];
    const [own, theirs] = [await file(join(folder, 'own'), text('own')), await file(join(workspace, 'a'), text('a'))];
    const asking = new StrangerPermit({
      places: [workspace],
      isAsked: () => true,
      agreement: async (question) => {
        asked.push(question);
        return 'agreed';
      },
      refusal: (path) => new Error(path),
    });
    await loadKubeconfig([own], asking);
    await loadKubeconfig([theirs], asking);
    assert.deepEqual(
      asked.map(({ path, isStrange }) => [path, isStrange]),
      [
        [own, false],
        [theirs, true],
      ],
    );
  });

  it('is needed for a current context alone, which leads elsewhere what it is merged with', async () => {
    const own = await file(join(folder, 'own'), text('own'));
    const theirs = await file(join(workspace, 'theirs'), 'current-context: prod');
    await assert.rejects(loadKubeconfig([theirs, own], permit('nobody')), /nobody/);
    await file(theirs, '{}');
    assert.equal((await loadKubeconfig([theirs, own], permit('nobody'))).currentContext, 'own');
  });

  it('is nothing that a file gives itself', async () => {
    const own = await file(join(folder, 'own'), text('own'));
    assert.ok((await loadKubeconfig([own])).users.every(({ confinement }) => confinement === undefined));
  });
});
