import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mock } from 'node:test';
import { startHeartbeat } from '../../../../src/server/http/heartbeat.ts';
import { unreadResponse } from './unread-response.ts';

const beatsIn = (sent: string) => sent.match(/beat/g)?.length ?? 0;

describe('startHeartbeat', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => mock.timers.reset());

  it('shows that a connection lives', async () => {
    const client = await unreadResponse('*/*');
    const { response } = client;
    client.read();
    startHeartbeat(response, 'beat');
    mock.timers.tick(45_000);
    response.end();
    await once(response, 'close');
    assert.deepEqual([beatsIn(client.sent), client.errors], [3, []]);
  });

  it('ends with its response, however long that stays unread', async () => {
    const client = await unreadResponse('*/*');
    const { response } = client;
    startHeartbeat(response, 'beat');
    response.write('first');
    mock.timers.tick(30_000);
    response.end('last');
    mock.timers.tick(60_000);
    client.read();
    await once(response, 'close');
    mock.timers.tick(60_000);
    assert.deepEqual([beatsIn(client.sent), client.errors], [2, []]);
  });

  it('does not begin for a client that is gone', async () => {
    const { response, errors } = await unreadResponse('*/*');
    response.destroy();
    await once(response, 'close');
    const { mock: write } = mock.method(response, 'write');
    startHeartbeat(response, 'beat');
    mock.timers.tick(60_000);
    assert.deepEqual([write.callCount(), errors], [0, []]);
  });
});
