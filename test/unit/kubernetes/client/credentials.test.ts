import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Credentials } from '../../../../src/kubernetes/client/credentials.ts';
import { findContext } from '../../../../src/kubernetes/client/kubeconfig.ts';

const exec = { command: '/no/such/plugin', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' };
const credentials = (user: object) =>
  new Credentials({
    name: 'c',
    namespace: 'default',
    cluster: { name: 'a', cluster: { server: 'https://127.0.0.1:1', 'insecure-skip-tls-verify': true } },
    user: { name: 'u', user },
    shadowed: [],
  });

describe('credentials', () => {
  // client-go's behaviour with the same user, verified with kubectl.
  it('run no plugin where there is a login without it', async () => {
    for (const [login, header] of [
      [{ token: 't' }, 'Bearer t'],
      [{ token: 't', tokenFile: '/no/such/file' }, 'Bearer t'],
      [{ username: 'n', password: 'p' }, `Basic ${Buffer.from('n:p').toString('base64')}`],
    ] as const) {
      const both = credentials({ ...login, exec });
      await both.ready();
      const { headers } = await both.authorize();
      assert.equal(headers.Authorization, header);
      both.close();
    }
  });

  it('are the same for requests and WebSockets, whatever surrounds a token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'credentials-'));
    try {
      for (const around of ['', '\n', '\r\n', ' \n\n', '\t']) {
        const tokenFile = join(folder, 'token');
        await writeFile(tokenFile, `t${around}`);
        for (const user of [{ tokenFile }, { token: `t${around}` }, { tokenFile, as: 'jane' }]) {
          const one = credentials(user);
          const { headers } = await one.authorize();
          assert.equal(headers.Authorization, 'Bearer t');
          assert.deepEqual((await one.socketOptions()).headers, headers, JSON.stringify({ user, around }));
          one.close();
        }
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('are sent to no server without encryption, however its scheme is written', async () => {
    for (const server of ['http://127.0.0.1:1', 'HTTP://127.0.0.1:1', 'hTTp://127.0.0.1:1', '127.0.0.1:1']) {
      const kubeconfig = {
        contexts: [{ name: 'c', context: { cluster: 'a', user: 'u' } }],
        clusters: [{ name: 'a', cluster: { server } }],
        users: [{ name: 'u', user: { token: 't', username: 'n', exec } }],
      };
      const one = new Credentials(findContext({ ...kubeconfig, currentContext: 'c', shadowed: [], cut: [] }, 'c'));
      await one.ready();
      assert.deepEqual((await one.authorize()).headers, {}, server);
      assert.deepEqual((await one.socketOptions()).headers, {}, server);
      one.close();
    }
  });

  it('run it where what is there is not enough to log in', async () => {
    for (const part of [{}, { password: 'p' }, { as: 'jane' }, { 'client-key-data': 'YQ==' }])
      await assert.rejects(
        credentials({ ...part, exec }).ready(),
        /the credential plugin "\/no\/such\/plugin" is not installed/,
      );
  });
});
