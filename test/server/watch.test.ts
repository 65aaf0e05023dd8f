import assert from 'node:assert/strict';
import { ApiClient } from '../../src/kubernetes/client.ts';
import { ApiError, UserError } from '../../src/kubernetes/errors.ts';
import { type WatchEvent, type WatchRequest, watch } from '../../src/kubernetes/watch.ts';
import { ApiProxy, isWatch, refuse } from './api-proxy.ts';
import { testCluster } from './environment.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const urlOf = ({ url = '' }: { url?: string | undefined }) => new URL(url, 'http://any');

/** `ADDED one`, or `SYNC`. */
const text = (event: WatchEvent) =>
  event.type === 'SYNC' ? event.type : `${event.type} ${event.object.metadata?.name}`;

describe('watch', () => {
  const namespace = scratchNamespace();
  let proxy: ApiProxy;
  let client: ApiClient;
  let abort: AbortController;

  beforeEach(async () => {
    proxy = await ApiProxy.start((await testCluster()).kubeconfig('admin'));
    client = clientOf(proxy.url);
    abort = new AbortController();
    await apply(configMap('first'));
  });
  afterEach(async () => {
    abort.abort();
    client.close();
    await proxy.stop();
    await kubectl('delete', 'configmaps', '-n', namespace.name, '-l', 'test=watch');
  });

  function clientOf(server: string): ApiClient {
    const named = { name: 'proxy', cluster: { server }, user: {} };
    return new ApiClient({ name: 'proxy', namespace: 'default', cluster: named, user: named }, () => undefined);
  }
  const configMap = (name: string, value = 'a') =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace.name}, labels: { test: watch } }\ndata: { value: ${value} }\n`;
  const remove = (name: string) => kubectl('delete', 'configmap', name, '-n', namespace.name);

  /** A watch of the test's objects that gives its events one by one. */
  function start(request: Partial<WatchRequest> = {}): {
    next(count: number): Promise<string[]>;
    events: WatchEvent[];
  } {
    const path = `/api/v1/namespaces/${namespace.name}/configmaps`;
    const running = watch(client, { path, labelSelector: 'test=watch', signal: abort.signal, ...request });
    const events: WatchEvent[] = [];
    const next = async (count: number) => {
      const texts: string[] = [];
      while (texts.length < count) {
        const { value, done } = await running.next();
        if (done) return [...texts, 'END'];
        events.push(value);
        texts.push(text(value));
      }
      return texts;
    };
    return { next, events };
  }
  const watching = () => proxy.until(() => proxy.watches === 1);

  it('tells what is there and then what changes', async () => {
    const { next } = start();
    assert.deepEqual(await next(2), ['ADDED first', 'SYNC']);
    const more = next(3);
    await watching();
    await apply(configMap('second'));
    await apply(configMap('first', 'b'));
    await remove('second');
    assert.deepEqual(await more, ['ADDED second', 'MODIFIED first', 'DELETED second']);
  });

  it('gives metadata alone where that is enough', async () => {
    const { next, events } = start({ metadataOnly: true });
    await next(2);
    const more = next(1);
    await watching();
    await apply(configMap('first', 'b'));
    assert.deepEqual(await more, ['MODIFIED first']);
    for (const event of events) assert.ok(event.type === 'SYNC' || !('data' in event.object), JSON.stringify(event));
  });

  it('goes on where it was after the connection broke, missing and repeating nothing', async () => {
    const { next } = start();
    await next(2);
    const more = next(2);
    await watching();
    proxy.intercept = () => true;
    proxy.cut();
    await apply(configMap('first', 'b'));
    proxy.intercept = () => false;
    proxy.cut();
    await apply(configMap('second'));
    assert.deepEqual(await more, ['MODIFIED first', 'ADDED second']);
  });

  it('passes over half a line at which the connection broke', async () => {
    const { next } = start();
    await next(2);
    let broken = false;
    proxy.intercept = (request, response) => {
      if (broken || !isWatch(urlOf(request))) return false;
      broken = true;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"type":"MODIFIED","object":{"metadata":{"name":"fir', () => response.destroy());
      return true;
    };
    const more = next(1);
    await proxy.until(() => broken && proxy.watches === 1);
    await apply(configMap('first', 'b'));
    assert.deepEqual(await more, ['MODIFIED first']);
  });

  for (const [how, answer] of [
    ['as the answer', (response: Parameters<typeof refuse>[0]) => refuse(response, 410, 'Expired')],
    [
      'as an event',
      (response: Parameters<typeof refuse>[0]) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}\n');
        return true;
      },
    ],
  ] as const) {
    it(`lists again after 410 Gone ${how}, and tells what changed meanwhile`, async () => {
      await apply(configMap('second'));
      const { next } = start();
      assert.deepEqual(await next(3), ['ADDED first', 'ADDED second', 'SYNC']);
      const more = next(4);
      await watching();
      let gone = false;
      proxy.intercept = () => true;
      proxy.cut();
      await remove('second');
      await apply(configMap('first', 'b'));
      await apply(configMap('third'));
      proxy.intercept = (request, response) => {
        if (gone || !isWatch(urlOf(request))) return false;
        gone = true;
        return answer(response);
      };
      proxy.cut();
      assert.deepEqual(await more, ['DELETED second', 'MODIFIED first', 'ADDED third', 'SYNC']);
    });
  }

  it('survives a restart of the API server', async function () {
    this.timeout(60_000);
    const { next } = start();
    await next(2);
    const more = next(1);
    await watching();
    await (await testCluster()).restartApiServer();
    await apply(configMap('first', 'b'));
    assert.deepEqual(await more, ['MODIFIED first']);
  });

  it('forgives refusals of a server that permitted it before', async () => {
    const { next } = start();
    await next(2);
    const first = next(1);
    await watching();
    await apply(configMap('first', 'b'));
    await first;
    const codes = [403, 401, 404, 500, 503, 429];
    proxy.intercept = (_, response) => {
      const code = codes.shift();
      return code !== undefined && refuse(response, code, 'NotYet');
    };
    const more = next(2);
    proxy.cut();
    await proxy.until(() => codes.length === 0);
    await apply(configMap('second'));
    assert.deepEqual((await more).sort(), ['ADDED second', 'SYNC']);
  });

  it('does not storm a server that hangs up at once', async () => {
    const { next } = start();
    await next(2);
    proxy.intercept = (request, response) => {
      if (!isWatch(urlOf(request))) return false;
      response.writeHead(200, { 'content-type': 'application/json' }).end();
      return true;
    };
    const more = next(1);
    const before = proxy.requests.length;
    const begin = performance.now();
    await proxy.until(() => proxy.requests.length === before + 5);
    const tookAtLeast = 100 + 200 + 400 + 800;
    assert.ok(performance.now() - begin > tookAtLeast * 0.9, `${performance.now() - begin} ms`);
    abort.abort();
    assert.deepEqual(await more, ['END']);
  });

  it('fails when it is refused from the start, or nobody is there', async () => {
    for (const code of [401, 403, 404, 503]) {
      proxy.intercept = (_, response) => refuse(response, code, 'No');
      await assert.rejects(start().next(1), (error: unknown) => error instanceof ApiError && error.code === code);
    }
    proxy.intercept = (request, response) => isWatch(urlOf(request)) && refuse(response, 403, 'No');
    const { next } = start();
    await next(2);
    await assert.rejects(next(1), (error: unknown) => error instanceof ApiError && error.code === 403);
    client = clientOf('http://127.0.0.1:1');
    await assert.rejects(start().next(1), (error: unknown) => error instanceof UserError);
  });

  it('ends at once, and its request with it, when it is aborted', async () => {
    const { next } = start();
    await next(2);
    const more = next(1);
    await watching();
    abort.abort();
    assert.deepEqual(await more, ['END']);
    await proxy.until(() => proxy.watches === 0);
  });
});
