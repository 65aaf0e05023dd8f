import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { Credentials } from '../../../../src/kubernetes/client/credentials.ts';
import { parseKubeconfig } from '../../../../src/kubernetes/client/kubeconfig-file.ts';
import type { TokenSource } from '../../../../src/kubernetes/client/token-source.ts';
import { createAuthority } from '../../../cluster/certificates.ts';
import { UNGUARDED } from '../../../support/unguarded.ts';

function credentials(tokens: TokenSource, server = 'https://127.0.0.1:1', user: object = {}) {
  const cluster = { name: 'a', cluster: { server, 'insecure-skip-tls-verify': true } };
  return new Credentials({
    ...{ name: 'c', namespace: 'default', cluster },
    user: { name: 'u', user, tokens },
    shadowed: [],
  });
}

describe('the token of a caller', () => {
  it('takes the place of every login of the kubeconfig, for requests and WebSockets', async () => {
    const tokens = { token: async () => 'callers' };
    for (const [server, user] of [
      ['https://127.0.0.1:1', {}],
      ['https://admin:secret@127.0.0.1:1', {}],
      ['https://admin:secret@127.0.0.1:1', { token: 'own', as: 'root', 'as-groups': ['system:masters'] }],
      ['https://127.0.0.1:1', { username: 'admin', password: 'secret', as: 'root' }],
      ['https://127.0.0.1:1', { tokenFile: '/no/such/file' }],
    ] as const) {
      const one = credentials(tokens, server, user);
      assert.deepEqual((await one.authorize()).headers, { Authorization: 'Bearer callers' });
      assert.deepEqual((await one.socketOptions()).headers, { Authorization: 'Bearer callers' });
      one.close();
    }
  });

  it('is had anew for each request, and dropped when it is refused', async () => {
    const refused: string[] = [];
    const made = ['t1', 't2'];
    const one = credentials({
      token: async () => made.shift() ?? '',
      refused: (token) => void refused.push(token),
    });
    assert.equal((await one.authorize()).headers.Authorization, 'Bearer t1');
    assert.equal((await one.authorize()).headers.Authorization, 'Bearer t2');
    one.renew(one.generation);
    one.renew(one.generation - 1);
    assert.deepEqual(refused, ['t2']);
    one.close();
  });

  it('is not sent unencrypted, nor is anything sent in its place', async () => {
    for (const server of ['http://127.0.0.1:8001', '127.0.0.1:8001'])
      await assert.rejects(credentials({ token: async () => 'callers' }, server).authorize(), /to https:\/\/ only/);
  });

  it('is the only one that a request with a token of its own carries', async () => {
    const { public: cert, private: key } = await (await createAuthority('test')).issue({
      name: 'test',
      hosts: ['127.0.0.1'],
    });
    const seen: string[][] = [];
    const server = createServer({ cert, key }, ({ rawHeaders }, response) => {
      seen.push(rawHeaders.filter((_, index) => /^authorization$/i.test(rawHeaders[index - 1] ?? '')));
      response.setHeader('content-type', 'application/json').end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clientOf = (scheme: string) =>
      new ApiClient(
        {
          ...{ name: 'c', namespace: 'default', shadowed: [] },
          cluster: {
            name: 'a',
            cluster: { server: `${scheme}://admin:x@${address}`, 'insecure-skip-tls-verify': true },
          },
          user: { name: 'u', user: {} },
        },
        UNGUARDED,
      );
    const clients = [clientOf('https'), clientOf('http')] as const;
    try {
      await clients[0].send({ path: '/version', token: 'callers' });
      assert.deepEqual(seen, [['Bearer callers']]);
      await assert.rejects(clients[1].send({ path: '/version', token: 'callers' }), /to https:\/\/ only/);
    } finally {
      for (const client of clients) client.close();
      server.close();
    }
  });

  it('is nothing that a file could give', async () => {
    const text = 'users: [{name: u, user: {token: own}, tokens: {}, confinement: {}}]';
    const { users } = await parseKubeconfig({ path: '/k', realPath: '/k', bytes: Buffer.from(text), sha256: '' });
    assert.deepEqual(users, [{ name: 'u', user: { token: 'own' } }]);
  });
});
