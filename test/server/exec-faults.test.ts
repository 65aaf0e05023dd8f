import assert from 'node:assert/strict';
import type { WebSocket } from 'ws';
import { testCluster } from './environment.ts';
import { type Exchange, FaultProxy } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';

const [OUT, ERR, STATUS] = [1, 2, 3];
const SUCCESS = '{"status":"Success"}';
const isExec = ({ path }: Exchange) => path.endsWith('/exec');

describe('faults of a command in a container', () => {
  let proxy: FaultProxy;
  let server: McpServer;
  before(async () => {
    proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
    const args = ['--enable-exec', '--review=off', '--namespace', 'shop', '--journal', '/dev/null'];
    server = await McpServer.start(proxy.kubeconfig, args);
  });
  afterEach(() => proxy.heal());
  after(async () => {
    await server.stop();
    await proxy.stop();
  });

  const send = (socket: WebSocket, channel: number | undefined, text: string) =>
    socket.send(Buffer.concat([Buffer.from([channel ?? 0]), Buffer.from(text)]));
  /** Returns the answer; the command must be started only once. */
  async function run(more: object = {}): Promise<{ text: string; isError: boolean }> {
    const before = proxy.exchanges.filter(isExec).length;
    const answer = await server.call('exec_in_pod', { name: 'postgres-0', command: ['true'], ...more });
    assert.equal(proxy.exchanges.filter(isExec).length - before, 1);
    assert.doesNotMatch(answer.text, /Unexpected error|\n\s+at /);
    return answer;
  }

  for (const [status, reason] of [
    [403, 'Forbidden'],
    [404, 'NotFound'],
    [500, 'InternalError'],
  ] as const) {
    it(`are a refusal with ${status}`, async () => {
      proxy.fail(isExec, { status, reason });
      const { text, isError } = await run();
      assert.ok(isError);
      assert.match(text, new RegExp(`${reason}.*\\(${status}`));
    });
  }

  const sessions: [string, (socket: WebSocket) => void, RegExp, boolean][] = [
    [
      'a connection that is lost amid the output',
      (socket) => {
        send(socket, OUT, 'half of ');
        setImmediate(() => socket.terminate());
      },
      /connection was lost.* before the command ended; it may still be running in the container/,
      true,
    ],
    [
      'an end without a status',
      (socket) => {
        send(socket, OUT, 'all of it');
        socket.close(1000);
      },
      /connection was lost before the command ended/,
      true,
    ],
    [
      'a status that is none',
      (socket) => {
        send(socket, STATUS, 'no JSON');
        socket.close();
      },
      /could not be started.*no JSON/,
      true,
    ],
    [
      'frames that mean nothing',
      (socket) => {
        socket.send('text');
        socket.send(Buffer.alloc(0));
        send(socket, 9, 'unknown channel');
        send(socket, OUT, 'out');
        send(socket, ERR, 'err');
        send(socket, STATUS, SUCCESS);
        socket.close();
      },
      /^exit code 0 .*\nout\nstderr:\nerr$/,
      false,
    ],
  ];
  for (const [name, session, expected, fails] of sessions) {
    it(`are ${name}`, async () => {
      proxy.fail(isExec, { session });
      const { text, isError } = await run();
      assert.match(text, expected);
      assert.equal(isError, fails);
      assert.doesNotMatch(text, /unknown channel/);
    });
  }

  it('are a command that never ends and never says a word', async () => {
    proxy.fail(isExec, { session: () => undefined });
    const { text } = await run({ timeoutSeconds: 1 });
    assert.match(text, /^no end within 1 s: the connection was closed, and the command may still be running/);
  });

  it('are a server that hangs up without an answer', async () => {
    proxy.fail(isExec, 'lost request');
    const { text, isError } = await run();
    assert.ok(isError);
    assert.match(text, /Whether the command was executed is unknown\./);
  });
});
