import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfigRisk } from '../../../../src/kubernetes/client/kubeconfig-risk.ts';

describe('kubeconfig risk', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'risk-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function risk(text: string) {
    const path = join(folder, 'config');
    await writeFile(path, text);
    return (await kubeconfigRisk(path)) ?? { fingerprint: 'none', commands: [] };
  }

  const kubeconfig = (changes: { user?: object; cluster?: object; context?: object; current?: string } = {}) =>
    JSON.stringify({
      'current-context': changes.current ?? 'a',
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a', ...changes.context } }],
      clusters: [{ name: 'a', cluster: { server: 'https://a', ...changes.cluster } }],
      users: [{ name: 'a', user: { token: 'one', ...changes.user } }],
    });

  it('stays the same when credentials are renewed or another namespace or context is chosen', async () => {
    const { fingerprint } = await risk(kubeconfig());
    for (const same of [
      kubeconfig({ user: { token: 'two' } }),
      kubeconfig({ user: { 'client-key-data': 'YQ==' } }),
      kubeconfig({ current: 'b' }),
      kubeconfig({ context: { namespace: 'x' } }),
      `# a comment\n${kubeconfig()}`,
    ])
      assert.equal((await risk(same)).fingerprint, fingerprint, same);
    const provider = (config: object) => kubeconfig({ user: { 'auth-provider': { name: 'oidc', config } } });
    assert.equal(
      (await risk(provider({ 'id-token': 'one' }))).fingerprint,
      (await risk(provider({ 'id-token': 'two' }))).fingerprint,
    );
  });

  it('changes with what it runs, reads or connects to', async () => {
    const changes = [
      kubeconfig(),
      kubeconfig({ user: { exec: { command: 'x' } } }),
      kubeconfig({ user: { exec: { command: 'x', args: ['y'] } } }),
      kubeconfig({ user: { exec: { command: 'x', env: [{ name: 'A', value: 'b' }] } } }),
      kubeconfig({ user: { 'auth-provider': { name: 'gcp', config: { 'cmd-path': 'x' } } } }),
      kubeconfig({ user: { tokenFile: '/home/me/secret' } }),
      kubeconfig({ user: { 'client-key': '/home/me/key' } }),
      kubeconfig({ cluster: { server: 'https://b' } }),
      kubeconfig({ cluster: { 'proxy-url': 'http://b' } }),
      kubeconfig({ cluster: { 'insecure-skip-tls-verify': true } }),
      kubeconfig({ context: { user: 'b' } }),
    ];
    const fingerprints = new Set<string>();
    for (const text of changes) fingerprints.add((await risk(text)).fingerprint);
    assert.equal(fingerprints.size, changes.length);
  });

  it('is none while the file is missing or broken', async () => {
    for (const text of ['', '{}', 'contexts: [']) assert.equal((await risk(text)).fingerprint, 'none');
    assert.equal(await kubeconfigRisk(join(folder, 'absent')), undefined);
  });

  it('is there without a context too: a file that it is merged with may name the user', async () => {
    const { commands } = await risk('users: [{ name: a, user: { exec: { command: x } } }]');
    assert.deepEqual(commands, ['x']);
  });

  it('names the programs', async () => {
    const exec = { command: 'aws', args: ['eks', 'get-token'] };
    assert.deepEqual((await risk(kubeconfig({ user: { exec } }))).commands, ['aws eks get-token']);
    const provider = { name: 'gcp', config: { 'cmd-path': '/bin/x', 'cmd-args': '-y' } };
    assert.deepEqual((await risk(kubeconfig({ user: { 'auth-provider': provider } }))).commands, ['/bin/x -y']);
    assert.deepEqual((await risk(kubeconfig())).commands, []);
  });
});
