import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseMessage } from '../../../../src/server/core/message-json.ts';

const ODD = '9007199254740993';

describe('a message of a client', () => {
  it('keeps the numbers of an object that is an argument digit by digit, as its text', () => {
    for (const number of [ODD, `-${ODD}`, '9223372036854775807', '123456789012345678901234567890'])
      for (const manifest of [`{"spec":{"a":[{"b":${number}}]},"c":1}`, `[{"op":"add","value":${number}}]`])
        assert.deepEqual(parseMessage(`{"id":1,"params":{"name":"n","arguments":{"manifest":${manifest}}}}`), {
          id: 1,
          params: { name: 'n', arguments: { manifest } },
        });
  });

  it('keeps them in each message of a batch, too', () => {
    const message = (manifest: string) => `{"id":1,"params":{"arguments":{"manifest":${manifest}}}}`;
    const manifest = `{"a":${ODD}}`;
    assert.deepEqual(parseMessage(`[${message('{"a":1}')},${message(manifest)}]`), [
      { id: 1, params: { arguments: { manifest: { a: 1 } } } },
      { id: 1, params: { arguments: { manifest } } },
    ]);
  });

  it('has doubles everywhere else', () => {
    const text = `{"id":${ODD},"params":{"arguments":{"limit":${ODD}},"other":{"n":[${ODD}]}}}`;
    assert.deepEqual(parseMessage(text), JSON.parse(text));
  });

  it('is what JSON.parse says, where doubles hold all numbers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ params: { arguments: { manifest: value }, value } });
        if (!/\d{16}/.test(text)) assert.deepEqual(parseMessage(text), JSON.parse(text));
      }),
    );
  });

  it('may have null for what is left out, and its arguments as text', () => {
    const params = (given: object | null, method = 'tools/call') =>
      (parseMessage(JSON.stringify({ id: 1, method, params: given })) as { params?: unknown }).params;
    assert.equal(params(null), undefined);
    assert.deepEqual(params({ cursor: null, _meta: null }), {});
    assert.deepEqual(params({ name: 'n', arguments: null }), { name: 'n' });
    assert.deepEqual(params({ name: 'n', arguments: '' }), { name: 'n' });
    assert.deepEqual(params({ name: 'n', arguments: '{"kind":"pods","x":null}' }), {
      name: 'n',
      arguments: { kind: 'pods', x: null },
    });
    assert.deepEqual(params({ name: 'n', arguments: 'pods' }), { name: 'n', arguments: 'pods' });
    assert.deepEqual(params({ name: 'n', arguments: { a: 'b', c: null } }, 'prompts/get'), {
      name: 'n',
      arguments: { a: 'b' },
    });
  });

  it('means the same with nulls for whatever it leaves out, wherever they stand', () => {
    const whole = [
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor: 'c', _meta: { progressToken: 2 } } },
      { jsonrpc: '2.0', id: 'a', method: 'resources/read', params: { uri: 'k8s:///a', _meta: { trace: { id: 'x' } } } },
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3, reason: 'r' } },
      { jsonrpc: '2.0', id: 4, result: { action: 'accept', content: { decision: 'Apply' } } },
      { jsonrpc: '2.0', id: 5, result: { roots: [{ uri: 'file:///a' }, { uri: 'file:///b' }] } },
      { jsonrpc: '2.0', id: 6, method: 'tools/call', params: { name: 'n', arguments: { kind: 'pods' } } },
      {
        jsonrpc: '2.0',
        id: 7,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: { roots: {} }, clientInfo: { name: 'n', version: '1' } },
      },
    ];
    fc.assert(
      fc.property(fc.constantFrom(...whole), fc.infiniteStream(fc.boolean()), (message, coins) => {
        const toss = () => coins.next().value === true;
        const withNulls = (value: unknown, isArguments = false): unknown => {
          if (Array.isArray(value)) return value.map((one) => withNulls(one));
          if (typeof value !== 'object' || value === null || isArguments) return value;
          const members = Object.entries(value).map(([key, member]) => [key, withNulls(member, key === 'arguments')]);
          return Object.fromEntries([...members, ...(toss() ? [['leftOut', null]] : [])]);
        };
        assert.deepEqual(parseMessage(JSON.stringify(withNulls(message))), message);
      }),
    );
    const called = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'n' } };
    for (const params of [
      { name: 'n', arguments: [], _meta: [] },
      { name: 'n', task: { ttl: 60_000 }, arguments: null },
    ])
      assert.deepEqual(parseMessage(JSON.stringify({ ...called, params, extra: 1 })), called);
    const php = {
      protocolVersion: '2025-06-18',
      capabilities: { roots: [], elicitation: { form: [] } },
      clientInfo: { name: 'php' },
    };
    assert.deepEqual(parseMessage(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: php })), {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-06-18',
        capabilities: { roots: {}, elicitation: { form: {} } },
        clientInfo: { name: 'php', version: '' },
      },
    });
    assert.deepEqual(parseMessage('{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}'), {
      jsonrpc: '2.0',
      id: 1,
      method: 'ping',
    });
    const begun = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: null },
    };
    assert.deepEqual(parseMessage(JSON.stringify(begun)), {
      ...begun,
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: '', version: '' } },
    });
    assert.deepEqual(parseMessage('{"id":null,"method":"notifications/initialized"}'), {
      method: 'notifications/initialized',
    });
    assert.deepEqual(parseMessage('{"id":null,"method":"ping"}'), { id: null, method: 'ping' });
  });
});
