import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';
import fc from 'fast-check';
import { recordHandshakes } from '../../../../scripts/handshakes.ts';
import { parseCommandLine } from '../../../../src/server/command-line/options.ts';
import { remoteHelm } from '../../../../src/server/core/helm-access.ts';
import { LivePermissions } from '../../../../src/server/mcp/permissions.ts';
import { createServer } from '../../../../src/server/mcp/server.ts';
import { LineTransport } from '../../../../src/server/stdio/line-transport.ts';
import { earlyAnswer } from '../../../../src/server/stdio/opening.ts';

const VERSION = '1.2.3';

describe('the answer to initialize before the server is loaded', () => {
  let handshakes: Record<string, object>;
  before(async () => {
    handshakes = await recordHandshakes(VERSION);
  });

  it('is given to what clients say', () => {
    for (const [capabilities, clientInfo] of CLIENTS) {
      const params = { protocolVersion: '2025-06-18', capabilities, clientInfo };
      const line = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
      assert.equal(earlyAnswer(line, handshakes)?.id, 0, line);
    }
  });

  it('is the one that the server gives, and none where that is an error', async () => {
    let given = 0;
    await fc.assert(
      fc.asyncProperty(lines, async (line) => {
        const early = earlyAnswer(line, handshakes);
        if (!early) return;
        given += 1;
        assert.equal(early.text, await answerOf(line));
      }),
      { numRuns: 300 },
    );
    assert.ok(given > 10, `${given} of 300 lines were answered early`);
  });
});

const CLIENTS = [
  [{}, { name: 'bench', version: '1' }],
  [
    { roots: { listChanged: true }, sampling: {}, elicitation: {} },
    { name: 'Visual Studio Code', version: '1.107.0' },
  ],
  [
    {
      roots: { listChanged: true },
      sampling: { context: {}, tools: {} },
      elicitation: { form: { applyDefaults: true }, url: {} },
      tasks: { list: {}, cancel: {}, requests: { sampling: { createMessage: {} }, elicitation: { create: {} } } },
      extensions: { 'io.modelcontextprotocol/ui': {} },
    },
    { name: 'a', title: 'A', version: '', websiteUrl: 'https://a.example', description: 'A client' },
  ],
] as const;

/** A server's answer, read by its own transport. */
async function answerOf(line: string): Promise<string> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const options = parseCommandLine([], VERSION);
  assert.ok('permissions' in options);
  const { policy, review } = new LivePermissions(options.permissions);
  const others = { journal: undefined, prometheus: undefined, helm: remoteHelm(undefined), log: () => undefined };
  const server = createServer({ version: VERSION, policy, review, logging: true, ...others }, () =>
    Promise.reject(new Error()),
  );
  await server.connect(new LineTransport({ input, output, answered: undefined }));
  input.write(`${line}\n`);
  const [answer] = await once(output, 'data');
  await server.close();
  return String(answer).trimEnd();
}

const odd = fc.constantFrom<unknown>(null, true, 0, 'x', [], {}, { listChanged: true }, { form: {} }, [{}]);
const names = fc.constantFrom(
  ...['roots', 'sampling', 'elicitation', 'tasks', 'experimental', 'extensions', 'requests', 'context', 'tools'],
  ...['listChanged', 'applyDefaults', 'form', 'url', 'list', 'createMessage', 'constructor', '__proto__', 'a/b'],
);
const { capabilities } = fc.letrec<{ capabilities: Record<string, unknown> }>((tie) => ({
  capabilities: fc.dictionary(
    names,
    fc.oneof(
      { maxDepth: 4 },
      { weight: 4, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: odd },
      {
        weight: 3,
        arbitrary: tie('capabilities'),
      },
    ),
    { maxKeys: 4, noNullPrototype: true },
  ),
}));
const text = fc.oneof({ weight: 5, arbitrary: fc.string({ maxLength: 8 }) }, { weight: 1, arbitrary: odd });
const info = fc.record(
  { name: text, version: text, title: text, description: text, icons: odd },
  { requiredKeys: ['name', 'version'] },
);
const params = fc.record(
  {
    protocolVersion: fc.oneof(fc.constantFrom(...SUPPORTED_PROTOCOL_VERSIONS, '2026-07-28', 'constructor'), text),
    capabilities: fc.oneof({ weight: 5, arbitrary: capabilities }, { weight: 1, arbitrary: odd }),
    clientInfo: fc.oneof({ weight: 5, arbitrary: info }, { weight: 1, arbitrary: odd }),
    _meta: odd,
  },
  { requiredKeys: ['protocolVersion', 'capabilities', 'clientInfo'] },
);
const plain = fc.record({
  protocolVersion: fc.constantFrom(...SUPPORTED_PROTOCOL_VERSIONS, 'other'),
  capabilities: fc.constantFrom(...CLIENTS.map(([one]) => one)),
  clientInfo: fc.record({ name: fc.string(), version: fc.string() }),
});
const ids = fc.oneof(
  fc.integer().map(String),
  fc.string().map((id) => JSON.stringify(id)),
  fc.constantFrom('1.0', '-0', '1e3', '1.5', 'null', '12345678901234567890'),
);
/** Lines that are an `initialize`, or nearly so. */
const lines = fc
  .record({
    id: ids,
    params: fc.oneof(plain, params),
    jsonrpc: fc.constantFrom('2.0', '2.0', '2.0', '1.0'),
    method: fc.constantFrom('initialize', 'initialize', 'initialize', 'tools/list'),
    more: fc.constantFrom('', '', '', ',"x":1', ',"jsonrpc":"2.0"'),
  })
  .map(
    (one) =>
      `{"jsonrpc":"${one.jsonrpc}","id":${one.id},"method":"${one.method}","params":${JSON.stringify(one.params)}${one.more}}`,
  );
