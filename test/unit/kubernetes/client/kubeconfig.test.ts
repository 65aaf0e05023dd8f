import assert from 'node:assert/strict';
import promises, { mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { mock } from 'node:test';
import { filesFingerprint } from '../../../../src/kubernetes/client/files-fingerprint.ts';
import {
  findContext,
  kubeconfigPaths,
  loadKubeconfig,
  serverOf,
  splitList,
} from '../../../../src/kubernetes/client/kubeconfig.ts';

const config = (name: string, extra = '') => `
apiVersion: v1
kind: Config
current-context: ${name}
contexts: [{ name: ${name}, context: { cluster: c, user: ${name}, namespace: ns-${name} } }]
clusters: [{ name: c, cluster: { server: 'https://${name}.example', certificate-authority: ca.crt } }]
users: [{ name: ${name}, user: { token: top-secret, exec: { command: ./bin/plugin } } }]
${extra}`;

describe('kubeconfig', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
    await writeFile(file('one'), config('one'));
    await writeFile(file('two'), config('two'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is looked for where it was said to be, then in KUBECONFIG, then in the home folder', () => {
    assert.deepEqual(kubeconfigPaths(['/x'], { KUBECONFIG: '/y' }), ['/x']);
    assert.deepEqual(kubeconfigPaths([], { KUBECONFIG: ['/y', '', '/z'].join(delimiter) }), ['/y', '/z']);
    assert.match(kubeconfigPaths([], {})[0] ?? '', /\.kube.config$/);
    assert.deepEqual(kubeconfigPaths([], { KUBECONFIG: ['/y', '/z', '/y'].join(delimiter) }), ['/y', '/z']);
    assert.deepEqual(kubeconfigPaths([], { KUBECONFIG: delimiter }), []);
    assert.deepEqual(splitList('"C:\\a;b";C:\\c;;"d"e', ';'), ['C:\\a;b', 'C:\\c', '', 'de']);
    assert.deepEqual(splitList('"/a":/b', ':'), ['"/a"', '/b']);
  });

  it('refuses a namespace that is a number, with its line and without its value', async () => {
    const text = config('one').replace('namespace: ns-one', 'namespace: 973585995');
    await writeFile(file('one'), text);
    await assert.rejects(loadKubeconfig([file('one')]), (error: Error) => {
      assert.match(
        error.message,
        /line 5: contexts\[0\]\.context\.namespace must be a string, and is a number to kubectl: put it in quotes/,
      );
      return !error.message.includes('973585995');
    });
  });

  it('says which file hides what of another', async () => {
    const { shadowed } = findContext(await loadKubeconfig([file('one'), file('two')]), 'two');
    assert.deepEqual(shadowed, [{ list: 'clusters', name: 'c', used: file('one'), hidden: file('two') }]);
    assert.deepEqual((await loadKubeconfig([file('one'), file('one')])).shadowed, []);
  });

  it('takes any number in an extension', async () => {
    const text = config('one').replace(
      'cluster: { server',
      'cluster: { extensions: [{ name: e, extension: { size: 9007199254740993 } }], server',
    );
    await writeFile(file('one'), text);
    assert.match(JSON.stringify(findContext(await loadKubeconfig([file('one')]), 'one')), /"size":9007199254740992/);
  });

  it('takes a server without a scheme for one without TLS', async () => {
    await writeFile(file('one'), config('one').replace('https://one.example', 'one.example:8080'));
    assert.equal(serverOf(findContext(await loadKubeconfig([file('one')]), 'one')), 'http://one.example:8080');
  });

  it('takes schemes in capitals for the same', async () => {
    for (const [written, meant] of [
      ['HTTP://One.example/Path', 'http://One.example/Path'],
      ['Https://me:Pw@one', 'https://me:Pw@one'],
    ] as const) {
      const proxied = `'${written}', proxy-url: 'SOCKS5://Me:Pw@p:1080'`;
      await writeFile(file('one'), config('one').replace("'https://one.example'", proxied));
      const { cluster } = findContext(await loadKubeconfig([file('one')]), 'one').cluster;
      assert.deepEqual(cluster, {
        server: meant,
        'certificate-authority': file('ca.crt'),
        'proxy-url': 'socks5://Me:Pw@p:1080',
      });
    }
  });

  it('merges files, the first one winning, with paths relative to each file', async () => {
    const merged = await loadKubeconfig([file('one'), file('missing'), file('two')]);
    assert.equal(merged.currentContext, 'one');
    const two = findContext(merged, 'two');
    assert.equal(two.namespace, 'ns-two');
    assert.deepEqual(two.cluster.cluster, { server: 'https://one.example', 'certificate-authority': file('ca.crt') });
    assert.equal((two.user.user as { exec: { command: string } }).exec.command, file('bin/plugin'));
  });

  it('says what exists when a context does not', async () => {
    const merged = await loadKubeconfig([file('one'), file('two')]);
    assert.throws(() => findContext(merged, 'three'), /no context "three". It has: one, two/);
  });

  it('never quotes the content of a broken file', async () => {
    await writeFile(file('broken'), 'users: [{ user: { token: top-secret }\n  : : :');
    await assert.rejects(loadKubeconfig([file('broken')]), (error: Error) => {
      assert.match(error.message, /broken is not valid YAML \(line \d\)/);
      assert.ok(!error.message.includes('top-secret'));
      return true;
    });
  });

  it('lets a service account stand in for what nobody chose, and for nothing else', async () => {
    const account = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    const own = { ...process.env };
    // As inside a cluster, where the token file exists.
    const seen = mock.method(promises, 'stat', async () => ({}));
    syncBuiltinESMExports();
    Object.assign(process.env, account);
    try {
      const { currentContext } = await loadKubeconfig([file('missing')]);
      assert.equal(currentContext, 'in-cluster');
      await assert.rejects(loadKubeconfig([file('missing')], undefined, true), /missing does not exist/);
    } finally {
      for (const name of Object.keys(account)) delete process.env[name];
      Object.assign(process.env, own);
      seen.mock.restore();
      syncBuiltinESMExports();
    }
  });

  it('says that there is none', () => assert.rejects(loadKubeconfig([file('missing')]), /missing does not exist/));

  it('names a server without the credentials that its URL may hold', async () => {
    await writeFile(file('one'), config('one').replace('https://', 'https://me:top-secret@'));
    const entry = findContext(await loadKubeconfig([file('one')]), 'one');
    assert.match(serverOf(entry), /^https:\/\/[^@]+$/);
  });

  it('has a fingerprint that follows edits and swapped links', async () => {
    await symlink(file('one'), file('link'));
    const before = await filesFingerprint([file('link')]);
    await unlink(file('link'));
    await symlink(file('two'), file('link'));
    const swapped = await filesFingerprint([file('link')]);
    assert.notEqual(swapped, before);
    await writeFile(file('two'), config('two', '# longer'));
    assert.notEqual(await filesFingerprint([file('link')]), swapped);
  });
});
