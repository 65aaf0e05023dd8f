import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { ApiError, UserError } from '../../src/kubernetes/apimachinery/errors.ts';
import { ApiClient } from '../../src/kubernetes/client/client.ts';
import { findContext, loadKubeconfig } from '../../src/kubernetes/client/kubeconfig.ts';
import { type WatchEvent, type WatchRequest, watch } from '../../src/kubernetes/client/watch.ts';
import { UNGUARDED } from '../support/unguarded.ts';
import { testCluster } from './environment.ts';
import { type Fault, FaultProxy, isWatch } from './fault-proxy.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

/** `ADDED one`, or `SYNC`. */
const text = (event: WatchEvent) =>
  event.type === 'SYNC' ? event.type : `${event.type} ${event.object.metadata?.name}`;

describe('watch', () => {
  const namespace = scratchNamespace();
  let proxy: FaultProxy;
  let client: ApiClient;
  let abort: AbortController;

  beforeEach(async () => {
    proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
    client = new ApiClient(findContext(await loadKubeconfig([proxy.kubeconfig]), 'proxy'), UNGUARDED);
    abort = new AbortController();
    await apply(configMap('first'));
  });
  afterEach(async () => {
    abort.abort();
    client.close();
    await proxy.stop();
    await kubectl('delete', 'configmaps', '-n', namespace.name, '-l', 'test=watch');
  });

  const configMap = (name: string, value = 'a') =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace.name}, labels: { test: watch } }\ndata: { value: ${value} }\n`;
  const remove = (name: string) => kubectl('delete', 'configmap', name, '-n', namespace.name);

  /** A watch of the test's objects that yields its events one by one. */
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
    proxy.fail(() => true, 'ignored request');
    proxy.disconnect();
    await apply(configMap('first', 'b'));
    await proxy.heal();
    proxy.disconnect();
    await apply(configMap('second'));
    assert.deepEqual(await more, ['MODIFIED first', 'ADDED second']);
  });

  it('passes over half a line at which the connection broke', async () => {
    const { next } = start();
    await next(2);
    const answer = (response: ServerResponse) =>
      response.write('{"type":"MODIFIED","object":{"metadata":{"name":"fir', () => response.destroy());
    proxy.fail(isWatch, { answer }, 1);
    const more = next(1);
    await proxy.until(() => proxy.exchanges.filter(isWatch).length === 2);
    await apply(configMap('first', 'b'));
    assert.deepEqual(await more, ['MODIFIED first']);
  });

  const expired = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
  for (const [how, fault] of Object.entries<Fault>({
    'as the answer': { status: 410, reason: 'Expired' },
    'as an event': { status: 200, body: { type: 'ERROR', object: expired } },
  })) {
    it(`lists again after 410 Gone ${how}, and tells what changed meanwhile`, async () => {
      await apply(configMap('second'));
      const { next } = start();
      assert.deepEqual(await next(3), ['ADDED first', 'ADDED second', 'SYNC']);
      const more = next(4);
      await watching();
      proxy.fail(() => true, 'ignored request');
      proxy.disconnect();
      await remove('second');
      await apply(configMap('first', 'b'));
      await apply(configMap('third'));
      await proxy.heal();
      proxy.fail(isWatch, fault, 1);
      proxy.disconnect();
      assert.deepEqual(await more, ['DELETED second', 'MODIFIED first', 'ADDED third', 'SYNC']);
    });
  }

  it('survives a restart of the API server', async () => {
    const { next, events } = start();
    await next(2);
    const more = next(1);
    await watching();
    await (await testCluster()).restartApiServer();
    await apply(configMap('first', 'b'));
    await more;
    // The cache of the new server may begin after the version that is known here: that is a gap.
    while (events.at(-1)?.type === 'SYNC') await next(1);
    assert.deepEqual(
      events
        .slice(2)
        .map(text)
        .filter((one) => one !== 'SYNC'),
      ['MODIFIED first'],
    );
  });

  it('forgives refusals of a server that permitted it before', async () => {
    const { next } = start();
    await next(2);
    const first = next(1);
    await watching();
    await apply(configMap('first', 'b'));
    await first;
    // The newest rule wins.
    const codes = [403, 401, 404, 500, 503, 429];
    for (const status of codes.toReversed()) proxy.fail(() => true, { status, reason: 'NotYet' }, 1);
    const more = next(2);
    const before = proxy.exchanges.length;
    proxy.disconnect();
    await proxy.until(() => proxy.exchanges.length > before + codes.length);
    await apply(configMap('second'));
    assert.deepEqual((await more).sort(), ['ADDED second', 'SYNC']);
  });

  it('does not storm a server that hangs up at once', async () => {
    const { next } = start();
    await next(2);
    proxy.fail(isWatch, { answer: (response) => response.end() });
    const more = next(1);
    const before = proxy.exchanges.length;
    const begin = performance.now();
    await proxy.until(() => proxy.exchanges.length === before + 5);
    const tookAtLeast = 100 + 200 + 400 + 800;
    assert.ok(performance.now() - begin > tookAtLeast * 0.9, `${performance.now() - begin} ms`);
    abort.abort();
    assert.deepEqual(await more, ['END']);
  });

  it('fails when it is refused from the start, or nobody is there', async () => {
    for (const status of [401, 403, 404, 503]) {
      proxy.fail(() => true, { status });
      await assert.rejects(start().next(1), (error: unknown) => error instanceof ApiError && error.code === status);
    }
    await proxy.heal();
    proxy.fail(isWatch, { status: 403 });
    const { next } = start();
    await next(2);
    await assert.rejects(next(1), (error: unknown) => error instanceof ApiError && error.code === 403);
    await proxy.refuse();
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
