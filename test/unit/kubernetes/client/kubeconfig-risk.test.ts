import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKubeconfigBytes } from '../../../../src/kubernetes/client/kubeconfig-bytes.ts';
import { parseKubeconfig } from '../../../../src/kubernetes/client/kubeconfig-file.ts';
import { type KubeconfigRisk, riskOf } from '../../../../src/kubernetes/client/kubeconfig-risk.ts';

describe('kubeconfig risk', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'risk-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function risk(text: string, name = 'config'): Promise<KubeconfigRisk | undefined> {
    const path = join(folder, name);
    await writeFile(path, text);
    const file = await readKubeconfigBytes(path, true);
    assert.ok(file);
    return riskOf(file, await parseKubeconfig(file), [folder]);
  }

  const kubeconfig = (changes: { user?: object; cluster?: object; context?: object; current?: string } = {}) =>
    JSON.stringify({
      'current-context': changes.current ?? 'a',
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a', ...changes.context } }],
      clusters: [{ name: 'a', cluster: { server: 'https://a', ...changes.cluster } }],
      users: [{ name: 'a', user: { token: 'one', ...changes.user } }],
    });

  it('changes with every byte, and with the place', async () => {
    const changes = [
      kubeconfig(),
      `# a comment\n${kubeconfig()}`,
      kubeconfig({ user: { token: 'two' } }),
      kubeconfig({ current: 'b' }),
      kubeconfig({ context: { namespace: 'x' } }),
      kubeconfig({ user: { exec: { command: 'x', env: [{ name: 'A', value: 'b' }] } } }),
      kubeconfig({ cluster: { 'insecure-skip-tls-verify': true } }),
    ];
    const fingerprints = new Set<string | undefined>();
    for (const text of changes) fingerprints.add((await risk(text))?.fingerprint);
    fingerprints.add((await risk(kubeconfig(), 'another'))?.fingerprint);
    assert.equal(fingerprints.size, changes.length + 1);
    assert.equal((await risk(kubeconfig()))?.fingerprint, (await risk(kubeconfig()))?.fingerprint);
  });

  it('changes with the programs of the workspace, and with where they lead', async () => {
    if (process.platform === 'win32') return;
    const program = join(folder, 'program');
    const text = kubeconfig({ user: { exec: { command: './program' } } });
    const fingerprints = new Set<string | undefined>([(await risk(text))?.fingerprint]);
    for (const content of ['#!/bin/sh\n', '#!/bin/sh\nx\n']) {
      await writeFile(program, content);
      await chmod(program, 0o755);
      fingerprints.add((await risk(text))?.fingerprint);
    }
    await rm(program);
    await symlink('/bin/sh', program);
    fingerprints.add((await risk(text))?.fingerprint);
    assert.equal(fingerprints.size, 4);
  });

  it('is none while a file says nothing; a current context is something', async () => {
    for (const text of ['', '{}', 'contexts: []']) assert.equal(await risk(text), undefined);
    assert.ok(await risk('current-context: prod'));
  });

  it('names programs with arguments and environment, files and servers', async () => {
    const exec = { command: 'aws', args: ['eks', 'get token'], env: [{ name: 'LD_PRELOAD', value: './evil.so' }] };
    const found = await risk(
      JSON.stringify({
        clusters: [
          {
            name: 'a',
            cluster: { server: 'https://me:secret@a', 'proxy-url': 'socks5://b', 'certificate-authority': 'ca' },
          },
          { name: 'unused', cluster: { server: 'https://c' } },
        ],
        users: [
          { name: 'a', user: { exec, 'client-certificate': '/crt', 'client-key': '/key' } },
          { name: 'b', user: { tokenFile: '/home/me/.ssh/id' } },
          { name: 'c', user: { 'auth-provider': { name: 'oidc', config: { 'idp-issuer-url': 'https://d' } } } },
        ],
      }),
    );
    assert.deepEqual(found?.programs, [exec]);
    assert.deepEqual(found?.files, [join(folder, 'ca'), '/crt', '/key', '/home/me/.ssh/id']);
    assert.deepEqual(found?.servers, ['https://a', 'socks5://b', 'https://c', 'https://d']);
  });
});
