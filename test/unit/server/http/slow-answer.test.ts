import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { mock } from 'node:test';
import { SlowAnswer } from '../../../../src/server/http/slow-answer.ts';
import { unreadResponse } from './unread-response.ts';

class Response extends EventEmitter {
  headersSent = false;
  status = 0;
  text = '';
  writeHead(status: number): void {
    this.headersSent = true;
    this.status = status;
  }
  write(text: string): void {
    this.text += text;
  }
  end(text: string): void {
    this.text += text;
    this.emit('close');
  }
}

describe('an answer in JSON', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }));
  afterEach(() => mock.timers.reset());

  function begin() {
    const response = new Response();
    return { response, answer: new SlowAnswer(response as unknown as ServerResponse) };
  }

  it('has its status when it is there at once', () => {
    const { response, answer } = begin();
    mock.timers.tick(4_999);
    assert.equal(response.headersSent, false);
    answer.send(404, '{"id":1}');
    mock.timers.tick(100_000);
    assert.deepEqual([response.status, response.text], [404, '{"id":1}']);
  });

  it('shows that the connection lives while it takes, and is JSON all the same', () => {
    const { response, answer } = begin();
    mock.timers.tick(5_000);
    assert.equal(response.status, 200);
    for (let sent = 1; sent < 5; sent += 1) {
      assert.equal(response.text, ' '.repeat(sent));
      mock.timers.tick(15_000);
    }
    answer.send(200, '{"id":1}');
    mock.timers.tick(100_000);
    assert.deepEqual(JSON.parse(response.text), { id: 1 });
  });

  it('is not begun when the request was answered otherwise', () => {
    const { response } = begin();
    // A client that reads slowly keeps it open.
    response.writeHead(400);
    mock.timers.tick(100_000);
    assert.deepEqual([response.status, response.text], [400, '']);
  });

  it('shows no sign of life once it has ended, however long it stays unread', async () => {
    const client = await unreadResponse('application/json');
    const answer = new SlowAnswer(client.response);
    mock.timers.tick(20_000);
    answer.send(200, '{"id":1}');
    mock.timers.tick(100_000);
    client.read();
    await once(client.response, 'close');
    assert.deepEqual(client.errors, []);
  });

  it('is given up with its connection', () => {
    const { response } = begin();
    response.emit('close');
    mock.timers.tick(100_000);
    assert.equal(response.headersSent, false);
  });
});
