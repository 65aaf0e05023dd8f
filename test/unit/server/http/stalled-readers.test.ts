import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { StalledReaders } from '../../../../src/server/http/stalled-readers.ts';

describe('StalledReaders', () => {
  it('ends the connection of who reads nothing for half a minute, and no other', async () => {
    const readers = new StalledReaders();
    const answers: ServerResponse[] = [];
    const server = createServer((_, response) => {
      readers.watch(response);
      answers.push(response);
      // The second answer exceeds the system's send buffer.
      response.write(answers.length === 1 ? 'a little' : Buffer.alloc(12 << 20));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const clients = [0, 1].map(() => connect((server.address() as AddressInfo).port, '127.0.0.1').pause());
    for (const [index, client] of clients.entries()) {
      client.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      while (answers.length <= index) await once(server, 'request');
    }
    const now = performance.now();
    assert.equal(readers.sweep(now), 0);
    assert.equal(readers.sweep(now + 20_000), 0);
    assert.equal(readers.sweep(now + 60_000), 1);
    const [kept, ended] = answers;
    assert.equal(ended?.socket?.destroyed ?? true, true);
    assert.equal(kept?.socket?.destroyed, false);
    for (const client of clients) client.destroy();
    server.close();
    server.closeAllConnections();
  });
});
