import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { HttpServer, INITIALIZE } from './http-process.ts';
import { SERVER } from './mcp-process.ts';

const DEPLOYMENTS = { kind: 'deploy', namespace: 'shop' };

describe('HTTP', () => {
  let kubeconfig: string;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
  });
  const start = (...args: string[]) => HttpServer.start(['--kubeconfig', kubeconfig, ...args]);

  for (const over of ['streamable-http', 'sse'] as const) {
    describe(`over ${over}`, () => {
      it('serves many clients at once, each with its own session', async () => {
        const server = await start();
        const clients = await Promise.all(Array.from({ length: 10 }, () => server.connect({ over })));
        const answers = await Promise.all(
          clients.flatMap(({ call }) => [
            call('list_resources', DEPLOYMENTS),
            call('get_resource', { kind: 'deploy', name: 'web', namespace: 'shop' }),
          ]),
        );
        for (const answer of answers) assert.match(answer, /deployments\.apps in namespace shop|name: web/);
        await clients[0]?.client.close();
        assert.match((await clients[1]?.call('list_resources', DEPLOYMENTS)) ?? '', /deployments\.apps/);
        assert.equal(await server.stop(), 0);
      });

      it('tells progress while a call runs', async () => {
        const server = await start();
        const { client } = await server.connect({ over });
        const told: string[] = [];
        await client.callTool(
          {
            name: 'wait_for_resource',
            arguments: { kind: 'deploy', name: 'web', namespace: 'shop', for: 'condition=Never', timeoutSeconds: 2 },
          },
          undefined,
          { onprogress: ({ message }) => told.push(message ?? '') },
        );
        assert.ok(told.length > 0);
      });
    });
  }

  describe('sessions', () => {
    it('come and go by the hundred, and leave nothing behind', async () => {
      const server = await start();
      const sessions = async () => {
        const text = await (await fetch(server.url('/metrics'))).text();
        return [...text.matchAll(/^mcp_k8s_sessions\{.*\} (\d+)$/gm)].map(([, count]) => Number(count));
      };
      const ids = await Promise.all(
        Array.from({ length: 200 }, async () => {
          const begun = await server.post('/mcp', INITIALIZE);
          await begun.text();
          return begun.headers.get('mcp-session-id') ?? '';
        }),
      );
      const stop = new AbortController();
      const streams = await Promise.all(
        Array.from({ length: 200 }, () => fetch(server.url('/sse'), { signal: stop.signal })),
      );
      assert.deepEqual(new Set(streams.map(({ status }) => status)), new Set([200]));
      assert.deepEqual(await sessions(), [200, 200]);
      stop.abort();
      for (const id of ids) await fetch(server.url('/mcp'), { method: 'DELETE', headers: { 'mcp-session-id': id } });
      await until(async () => (await sessions()).every((count) => count === 0));
    });

    it('end when the client says so, and a request for one that ended is not found', async () => {
      const server = await start();
      const { transport, client } = await server.connect();
      const id = 'sessionId' in transport ? transport.sessionId : undefined;
      assert.ok(id);
      if ('terminateSession' in transport) await transport.terminateSession();
      const answer = await server.post('/mcp', { jsonrpc: '2.0', id: 1, method: 'ping' }, { 'mcp-session-id': id });
      assert.equal(answer.status, 404);
      await client.close();
    });

    it('are as many as are allowed', async () => {
      const server = await start('--max-sessions', '1');
      await server.connect();
      const answer = await server.post('/mcp', INITIALIZE);
      assert.equal(answer.status, 503);
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
    });

    it('give a client whose stream broke what it missed', async () => {
      const server = await start();
      const begun = await server.post('/mcp', INITIALIZE);
      const session = {
        'mcp-session-id': begun.headers.get('mcp-session-id') ?? '',
        'mcp-protocol-version': '2025-11-25',
      };
      await begun.text();
      await server.post('/mcp', { jsonrpc: '2.0', method: 'notifications/initialized' }, session);
      const waiting = await server.post(
        '/mcp',
        {
          jsonrpc: '2.0',
          id: 7,
          method: 'tools/call',
          params: {
            name: 'wait_for_resource',
            arguments: { kind: 'deploy', name: 'web', namespace: 'shop', for: 'condition=Never', timeoutSeconds: 1 },
          },
        },
        session,
      );
      const reader = waiting.body?.getReader();
      const first = new TextDecoder().decode((await reader?.read())?.value);
      const id = /^id: (.+)$/m.exec(first)?.[1] ?? '';
      assert.ok(id, first);
      await reader?.cancel();
      await server.logged(({ message, tool }) => message === 'call' && tool === 'wait_for_resource');
      const resumed = await fetch(server.url('/mcp'), {
        headers: { ...session, accept: 'text/event-stream', 'last-event-id': id },
      });
      const again = resumed.body?.getReader();
      let text = '';
      while (!text.includes('"id":7')) text += new TextDecoder().decode((await again?.read())?.value);
      await again?.cancel();
      assert.match(text, /condition=Never|Never/);
      const unknown = await fetch(server.url('/mcp'), {
        headers: { ...session, accept: 'text/event-stream', 'last-event-id': '999' },
      });
      assert.equal(unknown.status, 400);
    });

    it('give way after the idle time, open streams aside, and go on when they are used again', async () => {
      const server = await start('--idle-timeout', '1');
      const begun = await server.post('/mcp', INITIALIZE);
      await begun.text();
      const kept = await server.connect();
      const id = begun.headers.get('mcp-session-id') ?? '';
      for (let sessions = 2; sessions !== 1; ) {
        const text = await (await fetch(server.url('/metrics'))).text();
        sessions = Number(/mcp_k8s_sessions\{transport="streamable-http"\} (\d+)/.exec(text)?.[1]);
      }
      const again = await server.post('/mcp', { jsonrpc: '2.0', id: 1, method: 'ping' }, { 'mcp-session-id': id });
      assert.equal(again.status, 200);
      assert.match(await kept.call('list_resources', DEPLOYMENTS), /deployments\.apps/);
    });
  });

  it('answers every request by itself with plain JSON when it is stateless', async () => {
    const server = await start('--stateless', '--transport', 'streamable-http');
    const answer = await server.post(
      '/mcp',
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_resources', arguments: DEPLOYMENTS } },
      { accept: '*/*' },
    );
    assert.equal(answer.headers.get('content-type'), 'application/json');
    assert.equal(answer.headers.get('mcp-session-id'), null);
    assert.match(await answer.text(), /deployments\.apps in namespace shop/);
    const { call } = await server.connect();
    assert.match(await call('list_resources', DEPLOYMENTS), /deployments\.apps in namespace shop/);
    assert.equal((await fetch(server.url('/mcp'), { headers: { accept: 'text/event-stream' } })).status, 405);
  });

  it('names the message endpoint of SSE below the public URL', async () => {
    const server = await start('--public-url', 'https://tools.example.com/k8s/');
    const stream = await fetch(server.url('/sse'), { headers: { accept: 'text/event-stream' } });
    const reader = stream.body?.getReader();
    const text = new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    assert.match(text, /^event: endpoint\ndata: \/k8s\/message\?sessionId=[\w-]+\n\n/);
  });

  describe('refuses', () => {
    let server: HttpServer;
    beforeEach(async () => {
      server = await start('--max-body', '1000');
    });
    const raw = (headers: Record<string, string>, path = '/mcp', method = 'POST', body = JSON.stringify(INITIALIZE)) =>
      new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
        const outgoing = request(server.url(path), {
          method,
          headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
        });
        outgoing.once('error', reject).once('response', async (response) => {
          let text = '';
          for await (const part of response) text += part;
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
        });
        outgoing.end(method === 'POST' ? body : undefined);
      });

    it('a foreign Host', async () => {
      for (const host of [
        'evil.example.com',
        'evil.example.com:8080',
        'localhost.evil.com',
        'a b',
        '127.0.0.1.nip.io',
      ]) {
        assert.equal((await raw({ host })).status, 403, host);
        assert.equal((await raw({ host }, '/sse', 'GET')).status, 403, host);
      }
      for (const host of [
        'localhost:1',
        '127.0.0.1',
        '[::1]:9',
        'mcp-k8s',
        'mcp-k8s.tools.svc',
        'host.docker.internal:80',
      ])
        assert.equal((await raw({ host })).status, 200, host);
    });

    it('a foreign Origin, without any header that lets a browser go on', async () => {
      for (const origin of ['https://evil.example.com', 'null', 'http://localhost:1']) {
        const { status, headers } = await raw({ origin });
        assert.equal(status, 403, origin);
        assert.equal(headers['access-control-allow-origin'], undefined);
        assert.equal((await raw({ origin }, '/mcp', 'OPTIONS')).status, 403);
      }
      const { status } = await raw({ host: 'localhost:4', origin: 'http://localhost:4' });
      assert.equal(status, 200);
    });

    it('bodies that are too large, not JSON, not UTF-8, not JSON-RPC, or cut off', async () => {
      assert.equal((await server.post('/mcp', ' '.repeat(1001))).status, 413);
      const endless = request(server.url('/mcp'), { method: 'POST', headers: { 'content-type': 'application/json' } });
      endless.write(' '.repeat(600));
      endless.write(' '.repeat(600));
      const [answer] = (await once(endless, 'response')) as [IncomingMessage];
      assert.equal(answer.statusCode, 413);
      endless.destroy();
      assert.equal((await server.post('/mcp', '{"jsonrpc":')).status, 400);
      assert.equal((await server.post('/mcp', '{"jsonrpc":"2.0","id":1}')).status, 400);
      assert.equal((await server.post('/mcp', '[]')).status, 400);
      assert.equal((await server.post('/mcp', '{}', { 'content-type': 'text/plain' })).status, 415);
      assert.equal((await server.post('/mcp', '{}', { 'content-encoding': 'gzip' })).status, 415);
      const invalid = await fetch(server.url('/mcp'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: new Uint8Array([0x22, 0xff, 0x22]),
      });
      assert.equal(invalid.status, 400);
      const socket = connect(Number(new URL(server.url()).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(
        'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"json',
      );
      socket.end();
      socket.resume();
      await once(socket, 'close');
      assert.equal((await server.post('/mcp', INITIALIZE)).status, 200);
    });

    it('other paths and methods', async () => {
      assert.equal((await raw({}, '/')).status, 404);
      assert.equal((await raw({}, '/mcp', 'PUT')).status, 405);
      assert.equal((await raw({}, '/sse', 'POST')).status, 405);
      assert.equal((await raw({}, '/message', 'GET')).status, 405);
      assert.equal((await raw({}, '/message?sessionId=nothing')).status, 404);
    });
  });

  it('lets pages of an allowed origin in, and no others', async () => {
    const server = await start('--allowed-origin', 'https://console.example.com');
    const origin = 'https://console.example.com';
    const preflight = await fetch(server.url('/mcp'), { method: 'OPTIONS', headers: { origin } });
    assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /Authorization/);
    const answer = await server.post('/mcp', INITIALIZE, { origin });
    assert.equal(answer.headers.get('access-control-allow-origin'), origin);
    assert.equal((await server.post('/mcp', INITIALIZE, { origin: 'https://other.example.com' })).status, 403);
  });

  it('takes so many messages a second of one client', async () => {
    const server = await start('--rate-limit', '2', '--stateless', '--transport', 'streamable-http');
    const statuses = await Promise.all(
      Array.from(
        { length: 30 },
        async (_, id) => (await server.post('/mcp', { jsonrpc: '2.0', id, method: 'ping' })).status,
      ),
    );
    // A burst of ten seconds' worth, plus what accrues meanwhile.
    const taken = statuses.filter((status) => status === 200).length;
    assert.ok(taken >= 20 && taken < 25, `${taken} taken`);
    assert.equal(statuses.filter((status) => status === 429).length, 30 - taken);
  });

  it('listens beyond this machine only with authentication or --insecure', async () => {
    const run = promisify(execFile)(process.execPath, [SERVER, '--transport', 'sse', '--host', '0.0.0.0']);
    const { code, stderr } = (await run.catch((error: unknown) => error)) as { code: number; stderr: string };
    assert.equal(code, 2);
    assert.match(stderr, /needs authentication: --auth-token-file.*--insecure/s);
    const insecure = await start('--host', '0.0.0.0', '--insecure');
    assert.equal((await fetch(`http://127.0.0.1:${new URL(insecure.url()).port}/healthz`)).status, 200);
  });

  it('has room for others once calls are cancelled', async () => {
    const server = await start('--max-requests', '3');
    const { client, call } = await server.connect();
    const wait = { kind: 'deploy', name: 'web', namespace: 'shop', for: 'condition=Never', timeoutSeconds: 60 };
    for (let count = 0; count < 10; count += 1) {
      const stop = new AbortController();
      const waiting = client.callTool({ name: 'wait_for_resource', arguments: wait }, undefined, {
        signal: stop.signal,
        onprogress: () => stop.abort(),
      });
      await assert.rejects(waiting);
    }
    assert.match(await call('list_resources', DEPLOYMENTS), /deployments\.apps/);
    await client.close();
    assert.equal(await server.stop(), 0);
  });

  describe('when it is asked to end', () => {
    it('finishes the calls under way, takes no new ones, ends the streams and exits', async () => {
      const server = await start();
      const { client } = await server.connect();
      const sse = await server.connect({ over: 'sse' });
      const closed = new Promise<void>((resolve) => {
        sse.client.onclose = resolve;
        sse.client.onerror = () => resolve();
      });
      const wait = { kind: 'deploy', name: 'web', namespace: 'shop', for: 'condition=Never', timeoutSeconds: 2 };
      const calls: Promise<unknown>[] = [];
      const begun = [client, sse.client].map(
        (one) =>
          new Promise<void>((resolve) => {
            calls.push(
              one.callTool({ name: 'wait_for_resource', arguments: wait }, undefined, { onprogress: () => resolve() }),
            );
          }),
      );
      await Promise.all(begun);
      server.process.kill('SIGTERM');
      await server.logged(({ message }) => message === 'ending');
      assert.equal((await fetch(server.url('/readyz'))).status, 503);
      assert.equal((await server.post('/mcp', INITIALIZE)).status, 503);
      for (const answer of await Promise.all(calls)) assert.match(JSON.stringify(answer), /Never/);
      await closed;
      assert.equal(await server.exited, 0);
    });
  });

  it('tells Prometheus about calls, sessions and requests', async () => {
    const server = await start();
    const { call } = await server.connect();
    await call('list_resources', DEPLOYMENTS);
    await call('get_resource', { kind: 'deploy', name: 'nothing', namespace: 'shop' });
    const text = await (await fetch(server.url('/metrics'))).text();
    assert.match(text, /mcp_k8s_tool_calls_total\{tool="list_resources",outcome="ok"\} 1/);
    assert.match(text, /mcp_k8s_tool_calls_total\{tool="get_resource",outcome="error"\} 1/);
    assert.match(text, /mcp_k8s_tool_call_duration_seconds_count\{tool="list_resources"\} 1/);
    assert.match(text, /mcp_k8s_sessions\{transport="streamable-http"\} 1/);
    assert.match(text, /mcp_k8s_kubernetes_requests_total\{method="GET",code="200"\} [1-9]/);
    assert.match(text, /mcp_k8s_kubernetes_requests_total\{method="GET",code="404"\} [1-9]/);
  });

  it('takes no more of a client that asks and does not read', async () => {
    const server = await start('--rate-limit', '0');
    const port = Number(new URL(server.url()).port);
    const stream = connect(port, '127.0.0.1');
    stream.on('error', () => undefined).write('GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n');
    let head = '';
    while (!/data: .*\n/.test(head)) head += (await once(stream, 'data'))[0];
    stream.pause();
    const path = /data: (.*)/.exec(head)?.[1] ?? '';
    // A long answer that costs little.
    const ask = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
    let refused = false;
    for (let count = 0; !refused && count < 10_000; count += 20) {
      const asked = Array.from({ length: 20 }, (_, id) => server.post(path, { ...ask, id: count + id }));
      // Why, it is told on its stream.
      refused = (await Promise.all(asked)).at(-1)?.headers.has('retry-after') ?? false;
    }
    assert.ok(refused);
    const { call } = await server.connect();
    assert.match(await call('list_resources', DEPLOYMENTS), /deployments\.apps/);
    stream.destroy();
    assert.equal(await server.stop(), 0);
  });

  it('is not shaken by requests that are never sent whole, nor by posts whose sender goes away', async () => {
    const server = await start('--stateless', '--transport', 'streamable-http');
    const half = connect(Number(new URL(server.url()).port), '127.0.0.1');
    half.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\n');
    let timedOut = '';
    half.on('data', (part) => {
      timedOut += part;
    });
    const closed = once(half, 'close');
    const wait = { kind: 'deploy', name: 'web', namespace: 'shop', for: 'condition=Never', timeoutSeconds: 60 };
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'wait_for_resource', arguments: wait },
    };
    const stop = new AbortController();
    const aborted = Array.from({ length: 20 }, () =>
      fetch(server.url('/mcp'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: stop.signal,
      }).catch((error: Error) => error.name),
    );
    await fetch(server.url('/healthz'));
    stop.abort();
    assert.deepEqual(new Set(await Promise.all(aborted)), new Set(['AbortError']));
    const { call } = await server.connect();
    assert.match(await call('list_resources', DEPLOYMENTS), /deployments\.apps/);
    await closed;
    assert.match(timedOut, /^HTTP\/1\.1 408 /);
    assert.equal(await server.stop(), 0);
  });
});
