import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { openWebSocket } from '../../../../src/kubernetes/client/web-socket.ts';
import { type commandRequest, exec, parseStatus } from '../../../../src/kubernetes/workloads/exec.ts';

describe('parseStatus', () => {
  it('finds the exit code', () => {
    assert.deepEqual(parseStatus('{"metadata":{},"status":"Success"}'), { exitCode: 0 });
    const failure = {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '137' }] },
    };
    assert.deepEqual(parseStatus(JSON.stringify(failure)), { exitCode: 137 });
  });

  it('tells a command that could not start from one that failed', () => {
    const problem = {
      status: 'Failure',
      message: 'no such thing',
      details: { causes: [{ message: 'no such thing' }] },
    };
    assert.deepEqual(parseStatus(JSON.stringify(problem)), { problem: 'no such thing' });
    for (const odd of ['', 'plain words', '[]', 'null']) assert.deepEqual(parseStatus(odd), { problem: odd });
  });
});

// Before 1.30 the kubelet answers, which supports no newer version.
describe('a command on a server of Kubernetes 1.28', () => {
  it('runs with the version of the protocol that it knows', async () => {
    const offered: string[][] = [];
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: (protocols) => {
        offered.push([...protocols]);
        return protocols.has('v4.channel.k8s.io') ? 'v4.channel.k8s.io' : false;
      },
    });
    server.on('connection', (socket) => {
      socket.send(Buffer.concat([Buffer.of(1), Buffer.from('out')]));
      socket.send(Buffer.concat([Buffer.of(3), Buffer.from('{"status":"Success"}')]));
      socket.close();
    });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { signal } = new AbortController();
    const client = {
      webSocket: async ({ path, query, protocols }: ReturnType<typeof commandRequest>) =>
        (await openWebSocket(new URL(`http://127.0.0.1:${port}${path}?${query}`), protocols, {}, signal)).socket,
    } as unknown as ApiClient;
    try {
      const request = { namespace: 'a', pod: 'b', container: 'c', command: ['true'], timeout: 5_000, signal };
      const { stdout, end } = await exec(client, request);
      assert.deepEqual([String(stdout), end], ['out', { exitCode: 0 }]);
      assert.deepEqual(offered, [['v5.channel.k8s.io', 'v4.channel.k8s.io']]);
    } finally {
      server.close();
    }
  });
});
