import assert from 'node:assert/strict';
import { until } from '../../../support/until.ts';
import { LocalServer, MAX_AT_ONCE } from './local-server.ts';
import { unreadResponse } from './unread-response.ts';

describe('an error of a response', () => {
  it('is logged, and ends nothing else', async () => {
    const { response, errors } = await unreadResponse('*/*');
    response.end('all');
    response.write('more');
    await until(() => errors.length > 0);
    assert.deepEqual(errors, ['Unexpected error: write after end']);
  });
});

describe('a client that is gone before it is known', () => {
  it('takes no room of others, and has no session', async () => {
    const server = await LocalServer.start();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.authenticated = promise;
    const abort = new AbortController();
    const { signal } = abort;
    const gone = Array.from({ length: 2 * MAX_AT_ONCE }, (_, index) => [
      fetch(`${server.url}/sse`, { signal }),
      fetch(`${server.url}/stateless`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: index, method: 'ping' }),
        signal,
      }),
    ]).flat();
    await until(() => server.begun === gone.length);
    abort.abort();
    await Promise.allSettled(gone);
    await until(() => server.ended === gone.length);
    resolve();
    assert.equal((await server.post('/stateless', { id: 1, method: 'ping' })).status, 200);
    assert.equal(server.sessions, 0);
    assert.deepEqual(server.errors, []);
    server.stop();
  });
});
