import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, createServer as createSilentServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { isApiError, NotServedError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { RequestGuard } from '../../../../src/kubernetes/client/guard.ts';
import type { ContextEntry } from '../../../../src/kubernetes/client/kubeconfig.ts';
import { Policy } from '../../../../src/kubernetes/policy.ts';
import { type Rules, rulesOf } from '../../../../src/kubernetes/rules.ts';
import { createAuthority } from '../../../cluster/certificates.ts';
import { collected } from '../../../support/garbage.ts';
import { DEFAULT_SETTINGS } from '../../../support/settings.ts';
import { UNGUARDED } from '../../../support/unguarded.ts';
import { until } from '../../../support/until.ts';

function contextOf(server: Server, protocol = 'http'): ContextEntry {
  const url = `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    name: 'c',
    namespace: 'default',
    cluster: { name: 'a', cluster: { server: url } },
    user: { name: 'u', user: {} },
    shadowed: [],
  };
}

describe('a request', () => {
  it('ends at its timeout while its connection is still being made', async () => {
    // Accepts connections, and never says a word of TLS.
    const sockets: Socket[] = [];
    const server = createSilentServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new ApiClient(contextOf(server, 'https'), UNGUARDED);
    const abort = new AbortController();
    // undici itself would give up after 10 s.
    const late = delay(9_000, 'late', { signal: abort.signal }).catch(String);
    try {
      const asked = client.send({ path: '/version', timeout: 100 }).catch((error: unknown) => String(error));
      assert.match(String(await Promise.race([asked, late])), /did not answer within 0\.1 s/);
    } finally {
      abort.abort();
      client.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});

describe('a request whose connection is lost', () => {
  it('leaves nothing of its call behind', async () => {
    const authority = await createAuthority('test');
    const { public: cert, private: key } = await authority.issue({ name: 'server', hosts: ['127.0.0.1'] });
    // Hangs up when it is asked.
    const server = createSecureServer({ cert, key })
      .on('sessionError', () => undefined)
      .on('stream', (stream) => stream.on('error', () => undefined).session?.destroy())
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    const context = contextOf(server, 'https');
    const data = Buffer.from(authority.certificate).toString('base64');
    Object.assign(context.cluster.cluster as object, { 'certificate-authority-data': data });
    const client = new ApiClient(context, UNGUARDED);
    const calls = new AsyncLocalStorage<object>();
    const ask = async () => {
      const call = {};
      const asked = calls.run(call, () => client.send({ method: 'POST', path: '/apis' }));
      await assert.rejects(asked, /connection was lost/);
      return new WeakRef(call);
    };
    try {
      const call = await ask();
      await until(async () => {
        await collected();
        return call.deref() === undefined;
      });
    } finally {
      client.close();
      server.close();
    }
  });
});

describe('a path that is not served', () => {
  const OLD = '/apis/x.io/v1alpha1/namespaces/a/widgets/one';
  const NEW = '/apis/x.io/v1/namespaces/a/widgets/one';
  const object = { kind: 'Widget', metadata: { name: 'one' } };
  const absent = { kind: 'Status', status: 'Failure', reason: 'NotFound', message: 'widgets.x.io "one" not found' };
  const sent: string[] = [];
  const moves: string[] = [];
  let answers: Record<string, object | string> = {};
  const server = createServer(({ method, url = '' }, response) => {
    sent.push(`${method} ${url}`);
    const answer = answers[url] ?? '404 page not found';
    if (answer === 'silence') return;
    const isFailure = typeof answer === 'string' || 'message' in answer;
    response.writeHead(isFailure ? 404 : 200).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  let client: ApiClient;

  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const guard = {
      ...UNGUARDED,
      check: ({ path }: { path: string }) => assert.ok(!path.includes('closed'), `${path} is closed`),
    };
    client = new ApiClient(contextOf(server), guard, undefined, undefined, async (path) => {
      moves.push(path);
      return path.includes('widgets') ? path.replace('v1alpha1', path.includes('secret') ? 'closed' : 'v1') : undefined;
    });
  });
  beforeEach(() => {
    sent.length = 0;
    moves.length = 0;
    answers = {};
  });
  after(() => {
    client.close();
    server.close();
  });

  it('is read where it has moved to, and any other in one request', async () => {
    answers = { [NEW]: object };
    assert.deepEqual(await client.json({ path: NEW }), object);
    assert.deepEqual(sent.splice(0), [`GET ${NEW}`]);
    assert.deepEqual(await client.json({ path: OLD }), object);
    assert.equal((await client.send({ path: OLD })).status, 200);
    for await (const piece of await client.stream({ path: OLD })) assert.equal(String(piece), JSON.stringify(object));
    assert.deepEqual(sent, [`GET ${OLD}`, `GET ${NEW}`, `GET ${OLD}`, `GET ${NEW}`, `GET ${OLD}`, `GET ${NEW}`]);
    answers = { [NEW]: absent };
    await assert.rejects(client.json({ path: OLD }), (error: unknown) => isApiError(error, 404));
  });

  it('is asked for no second time where it moved to what is not served either, or may not be read', async () => {
    await assert.rejects(client.json({ path: OLD }), NotServedError);
    assert.deepEqual(sent.splice(0), [`GET ${OLD}`, `GET ${NEW}`]);
    const closed = OLD.replace('one', 'secret');
    await assert.rejects(client.json({ path: closed }), /is closed/);
    assert.deepEqual(sent, [`GET ${closed}`]);
  });

  it('is not written to, nor read by Helm, elsewhere than asked', async () => {
    answers = { [NEW]: object };
    await assert.rejects(client.json({ path: OLD, method: 'PATCH', body: {} }), NotServedError);
    await assert.rejects(client.json({ path: OLD, operation: 'helmInstall' }), NotServedError);
    assert.deepEqual(sent, [`PATCH ${OLD}`, `GET ${OLD}`]);
    // Discovery hears of it.
    assert.deepEqual(moves, [OLD, OLD]);
  });

  describe('and may be elsewhere', () => {
    const end = new AbortController();
    let elsewhere: ApiClient;
    let moved: Promise<string | undefined>;
    let looked = 0;
    const never = new Promise<undefined>(() => undefined);
    const outcome = (asked: Promise<unknown>) =>
      Promise.race([
        asked.then(
          () => 'answered',
          (error: unknown) => String(error),
        ),
        delay(9_000, 'too late', { signal: end.signal }).catch(String),
      ]);
    before(() => {
      elsewhere = new ApiClient(contextOf(server), UNGUARDED, undefined, undefined, () => {
        looked += 1;
        return moved;
      });
    });
    beforeEach(() => {
      moved = never;
    });
    after(() => {
      end.abort();
      elsewhere.close();
    });

    it('is waited for no longer than the request, and not at all for a write', async () => {
      const late = { path: OLD, timeout: 300 };
      for (const ask of ['json', 'send', 'stream', 'relay'] as const)
        assert.match(await outcome(elsewhere[ask](late)), /^NotServedError/, ask);
      const abort = new AbortController();
      const lookedBefore = looked;
      const cancelled = outcome(elsewhere.json({ path: OLD, signal: abort.signal }));
      await until(() => looked > lookedBefore);
      abort.abort(new Error('no more'));
      assert.equal(await cancelled, 'Error: no more');
      for (const request of [{ method: 'PATCH', body: {} } as const, { operation: 'helmInstall' } as const])
        assert.match(await outcome(elsewhere.json({ path: OLD, ...request })), /^NotServedError/);
    });

    it('is asked within the one timeout', async () => {
      answers = { [NEW]: object };
      moved = delay(50, NEW);
      assert.equal(await outcome(elsewhere.json({ path: OLD })), 'answered');
      answers = { [NEW]: 'silence' };
      moved = delay(300, NEW);
      const first = Promise.race([outcome(elsewhere.json({ path: OLD, timeout: 500 })), delay(750, 'too late')]);
      assert.match(await first, /did not answer within 0\.5 s/);
    });
  });

  it('says nothing of an object: only the API server’s own word for it does', async () => {
    for (const path of [OLD, '/apis/x.io/v1/others/one', '/apis/x.io/v1/others', '/apis/x.io/v1/others/one/scale'])
      for (const answer of ['404 page not found', '<html><title>Not Found</title>', { message: 'no' }]) {
        answers = { [path]: answer };
        await assert.rejects(client.json({ path }), (error: unknown) => !isApiError(error, 404), `${path} ${answer}`);
      }
    answers = {};
    for (const [path, what] of [
      ['/apis/x.io/v1/others/one', 'others in x.io/v1'],
      ['/api/v1/namespaces/a/pods/one/resize', 'pods/resize in v1'],
    ] as const)
      await assert.rejects(client.json({ path }), {
        name: 'NotServedError',
        code: 404,
        message: `the cluster does not serve ${what}: 404 page not found`,
      });
    answers = { [OLD]: absent };
    moves.length = 0;
    await assert.rejects(client.json({ path: OLD }), (error: unknown) => isApiError(error, 404));
    assert.deepEqual(moves, []);
  });

  it('is none where a kubelet or an application answers, or no object is asked for', async () => {
    for (const path of ['/api/v1/namespaces/a/services/s/proxy/api/v1/query', '/api/v1/nodes/n/proxy/logs/x', '/apis'])
      await assert.rejects(client.json({ path }), (error: unknown) => isApiError(error, 404), path);
    assert.deepEqual(moves, []);
  });
});

describe('a stream', () => {
  it('ends when the rules change so that it may not be sent any more, and not before', async () => {
    const server = createServer((_, response) => response.write('line\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const rules: Rules = { ...rulesOf(DEFAULT_SETTINGS), namespaces: ['shop', 'other'] };
    const policy = new Policy(rules);
    const guard = new RequestGuard(policy, 'c', () => ({ known: undefined, isNamespaced: () => true }));
    const client = new ApiClient(contextOf(server), guard);
    try {
      const pods = { path: '/api/v1/namespaces/shop/pods', query: { watch: true } };
      const [first, second] = await Promise.all([client.stream(pods), client.stream(pods)]);
      const read = first[Symbol.asyncIterator]();
      assert.equal(String((await read.next()).value), 'line\n');
      policy.follow({ ...rules, namespaces: ['shop'] });
      const next = read.next();
      policy.follow({ ...rules, namespaces: ['other'] });
      await assert.rejects(next, { name: 'RefusedError', message: /Namespace "shop" is outside/ });
      // One that nobody reads yet, too.
      await assert.rejects(async () => {
        for await (const _ of second);
      }, /Namespace "shop" is outside/);
      await assert.rejects(client.stream(pods), /Namespace "shop" is outside/);
    } finally {
      client.close();
      server.closeAllConnections();
      server.close();
    }
  });

  it('is cut by no timeout of the HTTP client, however quiet it is', async () => {
    const server = createServer((_, response) => response.write('line\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new ApiClient(contextOf(server), UNGUARDED);
    const timeouts: unknown[] = [];
    const listen = (message: unknown) => {
      timeouts.push((message as { request: { bodyTimeout: unknown } }).request.bodyTimeout);
    };
    subscribe('undici:request:create', listen);
    const abort = new AbortController();
    try {
      const pieces = await client.stream({ path: '/log', signal: abort.signal });
      for await (const piece of pieces) {
        assert.equal(String(piece), 'line\n');
        break;
      }
      assert.deepEqual(timeouts, [0]);
    } finally {
      unsubscribe('undici:request:create', listen);
      abort.abort();
      client.close();
      server.closeAllConnections();
      server.close();
    }
  });

  it('is decompressed as it comes, and ended at the server when its reader stops', async () => {
    const closed: Promise<unknown>[] = [];
    const server = createServer((_, response) => {
      closed.push(once(response, 'close'));
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const gzip = createGzip();
      gzip.pipe(response);
      gzip.write('line\n');
      gzip.flush();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new ApiClient(contextOf(server), UNGUARDED);
    try {
      for await (const piece of await client.stream({ path: '/log' })) {
        assert.equal(String(piece), 'line\n');
        break;
      }
      await Promise.all(closed);
      assert.equal(closed.length, 1);
    } finally {
      client.close();
      server.closeAllConnections();
      server.close();
    }
  });

  it('whose compression breaks off is a connection that was lost', async () => {
    const whole = gzipSync('line\n'.repeat(100));
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(whole.subarray(0, -9));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new ApiClient(contextOf(server), UNGUARDED);
    try {
      const pieces = await client.stream({ path: '/log' });
      await assert.rejects(text(pieces), { name: 'ConnectionLostError', message: /not compressed as it says/ });
    } finally {
      client.close();
      server.close();
    }
  });
});

describe('a WebSocket', () => {
  for (const [status, headers, text, expected] of [
    [200, {}, '<html><title>Sign in</title>', /with a web page, "Sign in".*opened no WebSocket/],
    [200, {}, '', /with nothing, and opened no WebSocket/],
    [302, { location: 'https://sso.example.com/' }, '', /a redirect to https:\/\/sso\.example\.com\//],
  ] as const)
    it(`is not open where the answer is ${status} ${text}`, async () => {
      const server = createServer((_, response) => response.writeHead(status, headers).end(text));
      // By default the server closes the connection of an upgrade without an answer.
      server.on('upgrade', (_, socket) => {
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.end(`HTTP/1.1 ${status} A\r\n${lines.join('')}content-length: ${text.length}\r\n\r\n${text}`);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const client = new ApiClient(contextOf(server), UNGUARDED);
      try {
        const request = { path: '/exec', query: new URLSearchParams(), protocols: ['v5.channel.k8s.io'] };
        await assert.rejects(client.webSocket(request), expected);
      } finally {
        client.close();
        server.close();
      }
    });
});
