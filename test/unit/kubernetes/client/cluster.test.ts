import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rename, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { Cluster } from '../../../../src/kubernetes/client/cluster.ts';
import { createAuthority } from '../../../cluster/certificates.ts';

describe('a cluster whose certificates are files', () => {
  let folder: string;
  let cluster: Cluster;
  let server: Server | undefined;
  let port = 0;
  /** Who asked, in order. */
  const names: string[] = [];
  const problems: unknown[] = [];
  const file = (name: string) => join(folder, name);

  /** A new cluster at the same address, with other authorities, and `user` as its user. */
  async function recreate(user: string): Promise<void> {
    await stop();
    const authority = await createAuthority('test');
    const { public: cert, private: key } = await authority.issue({ name: 'server', hosts: ['127.0.0.1'] });
    const own = {
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
      maxVersion: 'TLSv1.2',
    } as const;
    server = createServer({ cert, key, ...own }, ({ socket }, response) => {
      if (socket instanceof TLSSocket) names.push(String(socket.getPeerCertificate().subject.CN));
      response.setHeader('content-type', 'application/json').end('{}');
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    const pair = await authority.issue({ name: user });
    await replace({ 'ca.crt': authority.certificate, 'me.crt': pair.public, 'me.key': pair.private });
  }

  async function replace(files: Record<string, string>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await writeFile(file('new'), text);
      await rename(file('new'), file(name));
    }
  }

  async function stop(): Promise<void> {
    server?.closeAllConnections();
    if (server?.listening) await once(server.close(), 'close');
  }

  const ask = async () => (await cluster.connect()).client.send({ path: '/version' });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cluster-'));
    names.length = 0;
    problems.length = 0;
    port = 0;
    await recreate('first');
    const kubeconfig = {
      contexts: [{ name: 'c', context: { cluster: 'a', user: 'u' } }],
      clusters: [{ name: 'a', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': 'ca.crt' } }],
      users: [{ name: 'u', user: { 'client-certificate': 'me.crt', 'client-key': 'me.key' } }],
      'current-context': 'c',
    };
    await writeFile(file('config'), JSON.stringify(kubeconfig));
    cluster = new Cluster({
      kubeconfig: [file('config')],
      permit: undefined,
      rules: { namespaces: [], requestRefusal: () => undefined },
      onKubeconfigProblem: (error) => problems.push(error),
    });
  });
  afterEach(async () => {
    cluster.close();
    await stop();
    await rm(folder, { recursive: true });
  });

  it('is connected to anew when they are replaced', async () => {
    await ask();
    const before = await cluster.connect();
    await recreate('second');
    await ask();
    assert.deepEqual(names, ['first', 'second']);
    assert.ok(before.closed.aborted);
  });

  it('is reached again by who goes on with a connection', async () => {
    const { client } = await cluster.connect();
    await client.send({ path: '/version' });
    await recreate('second');
    await assert.rejects(client.send({ path: '/version' }), /cannot be reached/);
    await client.send({ path: '/version' });
    assert.deepEqual(names, ['first', 'second']);
  });

  it('stays connected while they are as they were, or are being replaced', async () => {
    await ask();
    const before = await cluster.connect();
    await utimes(file('ca.crt'), 1, 1);
    assert.equal(await cluster.connect(), before);
    await rename(file('me.key'), file('gone'));
    assert.equal(await cluster.connect(), before);
    await rename(file('gone'), file('me.key'));
    assert.equal(await cluster.connect(), before);
    await ask();
    assert.deepEqual(names, ['first', 'first']);
  });

  it('is said to lack those that it lacks, until they are there', async () => {
    await rename(file('ca.crt'), file('gone'));
    await assert.rejects(ask, /ENOENT.*ca\.crt/);
    await rename(file('gone'), file('ca.crt'));
    await ask();
    assert.deepEqual(names, ['first']);
  });

  it('stays connected while the kubeconfig cannot be read, and says so', async () => {
    await ask();
    const before = await cluster.connect();
    await unlink(file('config'));
    assert.equal(await cluster.connect(), before);
    assert.equal(await cluster.connect(), before);
    assert.equal(problems.length, 1);
  });
});
