import assert from 'node:assert/strict';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { Batch } from '../../../../src/server/stdio/batch.ts';

const request = (id: string | number): JSONRPCMessage => ({ jsonrpc: '2.0', id, method: 'ping' });

describe('a batch', () => {
  it('has its answers once all requests are answered or cancelled', () => {
    const batch = new Batch([request(1), request('1'), request(2)], [{ text: 'refused' }]);
    assert.equal(batch.answer(1, { to: 1 }), true);
    assert.equal(batch.answer(3, { to: 3 }), false);
    assert.equal(batch.answers, undefined);
    assert.equal(batch.cancel('1'), true);
    assert.equal(batch.cancel(undefined), false);
    assert.equal(batch.answer(2, { to: 2 }), true);
    assert.deepEqual(batch.answers, [{ text: 'refused' }, { to: 1 }, { to: 2 }]);
  });

  it('waits for as many answers as it has requests, whatever their ids', () => {
    const batch = new Batch([request(1), request(1)], []);
    batch.answer(1, { first: true });
    assert.equal(batch.answers, undefined);
    batch.answer(1, { first: false });
    assert.deepEqual(batch.answers, [{ first: true }, { first: false }]);
    assert.equal(batch.answer(1, {}), false);
  });

  it('of notifications and answers has none', () => {
    const messages: JSONRPCMessage[] = [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 1, result: {} },
    ];
    assert.deepEqual(new Batch(messages, []).answers, []);
  });
});
