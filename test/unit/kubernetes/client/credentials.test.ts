import assert from 'node:assert/strict';
import { Credentials } from '../../../../src/kubernetes/client/credentials.ts';

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

  it('run it where what is there is not enough to log in', async () => {
    for (const part of [{}, { password: 'p' }, { as: 'jane' }, { 'client-key-data': 'YQ==' }])
      await assert.rejects(
        credentials({ ...part, exec }).ready(),
        /the credential plugin "\/no\/such\/plugin" is not installed/,
      );
  });
});
