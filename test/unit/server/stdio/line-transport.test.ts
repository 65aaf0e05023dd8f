import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { type JSONRPCMessage, type RequestId, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';
import fc from 'fast-check';
import { LIMITS } from '../../../../src/kubernetes/apimachinery/limits.ts';
import { LineTransport } from '../../../../src/server/stdio/line-transport.ts';

interface Answer {
  id?: RequestId | null;
  error?: { code: number; message: string };
}

/** What the server is told and answers when it reads lines. */
async function read(...lines: (string | Buffer)[]): Promise<{ answers: Answer[]; messages: JSONRPCMessage[] }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const transport = new LineTransport({ input, output, answered: undefined });
  const messages: JSONRPCMessage[] = [];
  transport.onmessage = (message) => void messages.push(message);
  await transport.start();
  for (const line of lines) input.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
  input.end();
  await once(input, 'end');
  await transport.close();
  const text = String(output.read() ?? '');
  return { answers: text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])), messages };
}

const codes = ({ answers }: { answers: Answer[] }) => answers.map(({ id, error }) => [id, error?.code]);
const LARGE = 'x'.repeat(LIMITS.message.bytes);
const DEEP = '['.repeat(600) + ']'.repeat(600);

describe('a line on stdin', () => {
  it('that is too long or too deep is refused by its own id, wherever that stands', async () => {
    for (const value of [`"${LARGE}"`, DEEP])
      for (const [line, id] of [
        [`{"id":7,"method":"tools/call","params":{"a":${value}}}`, 7],
        [`{"method":"tools/call","params":{"labels":{"id":3},"a":${value}},"jsonrpc":"2.0","id":"last"}`, 'last'],
        [`{"method":"tools/call","params":{"a":${value},"id":3},"id" : 9 }`, 9],
        [`[{"id":3,"method":"ping","params":{"a":${value}}}]`, null],
      ] as const)
        assert.deepEqual(codes(await read(line)), [[id, -32_600]]);
  });

  it('is not answered when it is a notification or an answer, whatever is wrong with it', async () => {
    for (const value of [`"${LARGE}"`, DEEP, 'nope'])
      for (const line of [
        `{"method":"notifications/x","params":{"id":3,"a":${value}}}`,
        `{"jsonrpc":"2.0","id":3,"result":{"a":${value}}}`,
        `{"jsonrpc":"2.0","id":3,"error":{"a":${value}}}`,
      ])
        assert.deepEqual(await read(line), { answers: [], messages: [] });
  });

  it('that is not JSON is a parse error, by the id that it has outermost', async () => {
    const outcome = await read(
      'hello',
      '{',
      '\u0000',
      '{"jsonrpc":"2.0","id":12,"method":"x","params":{"id":3,}}',
      '{"id":13,"method":"x"} x',
    );
    assert.deepEqual(codes(outcome), [
      [null, -32_700],
      [null, -32_700],
      [null, -32_700],
      [12, -32_700],
      [13, -32_700],
    ]);
  });

  it('that is JSON but no message is an invalid request', async () => {
    const outcome = await read(
      '[]',
      '5',
      '{}',
      '{"jsonrpc":"2.0","id":null,"method":"ping"}',
      '{"jsonrpc":"2.0","id":18,"method":5}',
      '[{"jsonrpc":"2.0","id":6,"method":"ping"},7,{"jsonrpc":"2.0","method":"x"}]',
    );
    assert.deepEqual(
      codes(outcome),
      [null, null, null, null, 18, 6, null].map((id) => [id, -32_600]),
    );
  });

  it('may begin with a byte-order mark, and be blank', async () => {
    const mark = Buffer.from([0xef, 0xbb, 0xbf]);
    const ping = '{"jsonrpc":"2.0","id":14,"method":"ping"}';
    const { answers, messages } = await read(Buffer.concat([mark, Buffer.from(ping)]), mark, ' ', '', `${ping}\r`);
    assert.deepEqual(answers, []);
    assert.equal(messages.length, 2);
  });

  it('is read in whatever pieces it arrives', async () => {
    const lines = '{"jsonrpc":"2.0","id":1,"method":"测试"}\nnot JSON\n{"jsonrpc":"2.0","id":2,"method":"x"}\n';
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(Buffer.byteLength(lines)), { maxLength: 5 }), async (cuts) => {
        const bytes = Buffer.from(lines);
        const [input, output] = [new PassThrough(), new PassThrough()];
        const transport = new LineTransport({ input, output, answered: undefined });
        const methods: string[] = [];
        transport.onmessage = (message) => void ('method' in message && methods.push(message.method));
        await transport.start();
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        for (const [index, end] of places.slice(1).entries()) input.write(bytes.subarray(places[index], end));
        input.end();
        await once(input, 'end');
        assert.deepEqual(methods, ['测试', 'x']);
      }),
    );
  });
});

describe('a batch on stdin', () => {
  const initialize = (protocolVersion: string) =>
    JSON.stringify({ jsonrpc: '2.0', id: 'begin', method: 'initialize', params: { protocolVersion } });
  const ping = (id: RequestId) => ({ jsonrpc: '2.0', id, method: 'ping' });

  /** Sends a batch after a handshake, and lets requests be answered. */
  async function ask(batch: readonly object[], answered: (asked: RequestId[]) => readonly RequestId[]) {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const transport = new LineTransport({ input, output, answered: undefined });
    const asked: RequestId[] = [];
    const received: JSONRPCMessage[] = [];
    transport.onmessage = (message) => {
      received.push(message);
      if ('id' in message && 'method' in message && message.method === 'ping') asked.push(message.id);
    };
    await transport.start();
    // Both in one piece: the batch is read before the handshake can be answered.
    input.write(`${initialize('2025-03-26')}\n${JSON.stringify(batch)}\n`);
    input.end();
    await once(input, 'end');
    for (const id of answered(asked)) await transport.send({ jsonrpc: '2.0', id, result: {} });
    await transport.close();
    const text = String(output.read() ?? '');
    const lines: unknown[] = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    return { lines, received: received.slice(1) };
  }

  it('is taken where its revision was asked for, and nowhere else', async () => {
    const line = JSON.stringify([ping(1), ping(2)]);
    for (const revision of SUPPORTED_PROTOCOL_VERSIONS) {
      const { answers, messages } = await read(initialize(revision), line);
      assert.deepEqual([answers.length, messages.length], revision === '2025-03-26' ? [0, 3] : [2, 1], revision);
    }
    assert.equal((await read(line)).answers.length, 2);
    assert.equal((await read(initialize('2025-03-26'), initialize('2025-06-18'), line)).answers.length, 2);
  });

  it('is answered at once, by a list of what it gets, in whatever order that is there', async () => {
    const kind = fc.constantFrom('request', 'cancelled', 'notification', 'answer', 'nothing');
    await fc.assert(
      fc.asyncProperty(
        fc.array(kind, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        async (all, dice) => {
          const batch = all.map((one, index) => {
            if (one === 'request' || one === 'cancelled') return ping(index + 1);
            if (one === 'notification') return { jsonrpc: '2.0', method: 'notifications/x' };
            return one === 'answer' ? { jsonrpc: '2.0', id: index + 1, result: {} } : { id: index + 1, method: 5 };
          });
          const idsOf = (wanted: string) => all.flatMap((one, index) => (one === wanted ? index + 1 : []));
          const cancels = idsOf('cancelled').map((requestId) => ({
            ...{ jsonrpc: '2.0', method: 'notifications/cancelled' },
            params: { requestId },
          }));
          const shuffled = (ids: readonly RequestId[]) =>
            ids
              .map((id) => ({ id, at: dice.next().value }))
              .sort((a, b) => a.at - b.at)
              .map(({ id }) => id);
          const { lines, received } = await ask([...batch, ...cancels], (asked) =>
            shuffled(asked.filter((id) => !idsOf('cancelled').includes(Number(id)))),
          );
          assert.equal(received.length, batch.length + cancels.length - idsOf('nothing').length);
          const expected = [...idsOf('request'), ...idsOf('nothing')];
          const [list = [], ...others] = lines as Answer[][];
          assert.deepEqual([new Set(list.map(({ id }) => id)), list.length], [new Set(expected), expected.length]);
          assert.deepEqual([lines.length, others], [expected.length > 0 ? 1 : 0, []]);
        },
      ),
    );
  });

  it('is answered once, however many are answered at the same time and however slowly that is read', async () => {
    const action = fc.record({ answers: fc.integer({ min: 1, max: 4 }), waits: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 6 }),
        fc.array(action, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(1, 16_384),
        async (sizes, actions, highWaterMark) => {
          const [input, output] = [new PassThrough(), new PassThrough({ highWaterMark })];
          const transport = new LineTransport({ input, output, answered: undefined });
          await transport.start();
          const batches = sizes.map((size, index) => size.map((_, at) => `${index}.${at}`));
          input.write(`${initialize('2025-03-26')}\n`);
          // In one piece: all are read in one turn.
          input.write(batches.map((ids) => `${JSON.stringify(ids.map(ping))}\n`).join(''));
          input.end();
          await once(input, 'end');
          const text: string[] = [];
          output.on('data', (piece: Buffer) => text.push(String(piece)));
          const open = batches.flat();
          const sent: Promise<void>[] = [];
          for (let at = 0; open.length > 0; at++) {
            const { answers, waits } = actions[at % actions.length] ?? { answers: 1, waits: false };
            for (const id of open.splice(0, answers)) sent.push(transport.send({ jsonrpc: '2.0', id, result: {} }));
            if (waits) await Promise.all(sent);
          }
          await Promise.all(sent);
          await transport.close();
          const lines: Answer[][] = text
            .join('')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line));
          assert.deepEqual(lines.map((line) => line.map(({ id }) => id)).sort(), batches.sort());
        },
      ),
    );
  });

  it('waits for no other, and no other for it', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const transport = new LineTransport({ input, output, answered: undefined });
    await transport.start();
    for (const line of [initialize('2025-03-26'), [ping(1), ping(2)], ping(3), [ping(4)]])
      input.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
    input.end();
    await once(input, 'end');
    for (const id of [2, 3, 4, 'begin', 1]) await transport.send({ jsonrpc: '2.0', id, result: {} });
    const lines = String(output.read()).trim().split('\n');
    const idsIn = (line: string) => [JSON.parse(line)].flat().map(({ id }: Answer) => id);
    assert.deepEqual(lines.map(idsIn), [[3], [4], ['begin'], [2, 1]]);
    assert.deepEqual(
      lines.map((line) => line.startsWith('[')),
      [false, true, false, true],
    );
  });
});
