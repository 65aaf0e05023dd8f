import assert from 'node:assert/strict';
import { constants } from 'node:http2';
import { UnknownOutcomeError, UserError } from '../../src/kubernetes/apimachinery/errors.ts';
import { ApiClient } from '../../src/kubernetes/client/client.ts';
import { findContext, loadKubeconfig } from '../../src/kubernetes/client/kubeconfig.ts';
import { watch } from '../../src/kubernetes/client/watch.ts';
import { unhurried } from '../support/load.ts';
import { UNGUARDED } from '../support/unguarded.ts';
import { testCluster } from './environment.ts';
import { type Exchange, type Fault, FaultProxy, isWatch } from './fault-proxy.ts';
import { scratchNamespace } from './scratch.ts';

const { NGHTTP2_REFUSED_STREAM, NGHTTP2_INTERNAL_ERROR, NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM } = constants;

describe('faults that only HTTP/2 knows', () => {
  const namespace = scratchNamespace();
  let proxy: FaultProxy;
  let client: ApiClient;
  before(async () => {
    proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
    client = new ApiClient(findContext(await loadKubeconfig([proxy.kubeconfig]), 'proxy'), UNGUARDED);
  });
  afterEach(() => proxy.heal());
  after(async () => {
    client.close();
    await proxy.stop();
  });

  const collection = () => `/api/v1/namespaces/${namespace.name}/configmaps`;
  const read = (timeout?: number) =>
    client.json<{ items: { metadata: { name: string } }[] }>({ path: collection(), ...(timeout && { timeout }) });
  let count = 0;
  const write = (timeout?: number) => {
    count += 1;
    const body = { metadata: { name: `written-${count}` } };
    return client.json({ method: 'POST', path: collection(), body, ...(timeout && { timeout }) });
  };
  const isWrite = ({ method }: Exchange) => method === 'POST';
  const isRead = ({ method }: Exchange) => method === 'GET';
  /** How many of the test's own requests have reached the proxy since this was called. */
  const counter = () => {
    const before = proxy.exchanges.length;
    return (matches: (exchange: Exchange) => boolean) => proxy.exchanges.slice(before).filter(matches).length;
  };
  const isThere = async () => (await read()).items.some(({ metadata }) => metadata.name === `written-${count}`);

  const resets: [string, number][] = [
    ['an internal error', NGHTTP2_INTERNAL_ERROR],
    ['a cancellation', NGHTTP2_CANCEL],
    ['a request for calm', NGHTTP2_ENHANCE_YOUR_CALM],
  ];
  for (const [name, code] of resets) {
    it(`${name} that ends a request: a read is repeated, a write is not`, async () => {
      for (const executed of [false, true]) {
        const sent = counter();
        proxy.fail(isRead, { reset: code, executed }, 1);
        await read();
        assert.equal(sent(isRead), 2);
        proxy.fail(isWrite, { reset: code, executed }, 1);
        await assert.rejects(write(), (error) => error instanceof UnknownOutcomeError);
        assert.equal(sent(isWrite), 1);
        assert.equal(await isThere(), executed);
      }
    });
  }

  it('a refused stream was not executed: also a write is repeated, and if it is refused again, nothing is in doubt', async () => {
    const refused: Fault = { reset: NGHTTP2_REFUSED_STREAM, executed: false };
    const sent = counter();
    proxy.fail(isWrite, refused, 1);
    await write();
    assert.equal(sent(isWrite), 2);
    assert.ok(await isThere());
    proxy.fail(isWrite, refused);
    const again = counter();
    await assert.rejects(write(), (error) => {
      assert.ok(error instanceof UserError && !(error instanceof UnknownOutcomeError), String(error));
      assert.match(error.message, /the server refused the request without a look at it/);
      return true;
    });
    assert.ok(again(isWrite) <= 4, String(again(isWrite)));
    assert.ok(!(await isThere()));
  });

  it('a server that goes away answers what it has accepted, and new requests take a new connection', async () => {
    for (const run of [read, write]) {
      const sent = counter();
      proxy.fail(() => true, { goAway: 'after this' }, 1);
      await run();
      await read();
      assert.equal(sent(run === write ? isWrite : isRead), run === write ? 1 : 2);
      const connections = new Set(proxy.exchanges.slice(-2).map(({ connection }) => connection));
      assert.equal(connections.size, 2);
    }
    assert.ok(await isThere());
  });

  it('a server that goes away without a look at a request: it is sent once more, elsewhere', async () => {
    for (const [run, matches] of [
      [read, isRead],
      [write, isWrite],
    ] as const) {
      await read();
      const sent = counter();
      proxy.fail(matches, { goAway: 'including this' }, 1);
      await run();
      assert.equal(sent(matches), 2);
    }
    assert.ok(await isThere());
  });

  it('a server that goes away breaks no other request', async () => {
    proxy.fail(isRead, { latency: 300 }, 3);
    const slow = [read(), read(), read()];
    await proxy.until(() => proxy.exchanges.filter((exchange) => isRead(exchange) && exchange.open).length === 3);
    proxy.fail(isWrite, { goAway: 'after this' }, 1);
    await write();
    await Promise.all(slow);
  });

  it('a connection that died without a word costs one timeout, not one for each request', async () => {
    await read();
    const dead = proxy.exchanges.at(-1)?.connection;
    proxy.fail(({ connection }) => connection === dead, 'ignored request');
    const ended = await Promise.allSettled([read(500), write(500)]);
    const [reading, writing] = ended.map((one) => (one.status === 'rejected' ? one.reason : undefined));
    assert.match(String(reading), /did not answer within 0\.5 s/);
    assert.ok(writing instanceof UnknownOutcomeError);
    const begin = performance.now();
    await Promise.all([read(), write()]);
    assert.ok(unhurried(performance.now() - begin) < 5_000);
    assert.notEqual(proxy.exchanges.at(-1)?.connection, dead);
  });

  it('a slow request ends alone: others on its connection go on', async () => {
    const abort = new AbortController();
    const events = watch(client, { path: collection(), signal: abort.signal });
    while ((await events.next()).value?.type !== 'SYNC');
    const next = events.next();
    await proxy.until(() => proxy.watches === 1);
    proxy.fail(isRead, { latency: 600 }, 1);
    await assert.rejects(read(200), /did not answer/);
    await write();
    const { value } = await next;
    assert.equal(value?.type === 'ADDED' && value.object.metadata?.name, `written-${count}`);
    assert.equal(proxy.exchanges.filter((exchange) => isWatch(exchange)).length, 1);
    abort.abort();
  });

  it('a connection that breaks under many requests: each read is repeated, no write is', async () => {
    await read();
    const sent = counter();
    proxy.fail(() => true, { latency: 100 });
    const names = Array.from({ length: 5 }, (_, index) => `many-${index}`);
    const writes = names.map((name) =>
      client.json({ method: 'POST', path: collection(), body: { metadata: { name } } }),
    );
    const all = Promise.allSettled([...writes, read(), read(), read()]);
    await proxy.until(() => sent(() => true) === 8);
    await proxy.heal();
    proxy.disconnect();
    const ended = await all;
    for (const { status, ...rest } of ended.slice(0, 5))
      assert.ok(status === 'rejected' && 'reason' in rest && rest.reason instanceof UnknownOutcomeError);
    for (const one of ended.slice(5)) assert.equal(one.status, 'fulfilled');
    assert.equal(sent(isWrite), 5);
    assert.equal(sent(isRead), 6);
  });
});
