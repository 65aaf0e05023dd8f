import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';
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
