import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { until } from '../support/until.ts';
import { attributesOf, Collector } from './collector.ts';
import { testCluster } from './environment.ts';
import { HttpServer } from './http-process.ts';
import { RawServer } from './mcp-process.ts';

const WEB = { kind: 'deploy', name: 'web', namespace: 'shop' };
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

describe('telemetry', () => {
  let kubeconfig: string;
  let collector: Collector;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
  });
  beforeEach(async () => {
    collector = await Collector.start();
  });
  afterEach(() => collector.stop());

  /** What has arrived of one call of get_resource in the client's trace, and of the requests that it made. */
  function assertCall(): void {
    const call = collector.spans.find(({ name }) => name === 'tools/call get_resource');
    assert.deepEqual([call?.traceId, call?.parentSpanId], [TRACE, 'b7ad6b7169203331']);
    const requests = collector.spans.filter(({ parentSpanId }) => parentSpanId === call?.spanId).map(attributesOf);
    const path = '/apis/apps/v1/namespaces/shop/deployments/web';
    const found = requests.find((attributes) => attributes['url.path'] === path);
    assert.deepEqual([found?.['server.address'], found?.['http.response.status_code']], ['127.0.0.1', 200]);

    const [record, ...more] = collector.records;
    assert.deepEqual([record?.eventName, record?.traceId, more], ['mcp_k8s.call', TRACE, []]);
    const { time, ...line } = JSON.parse(record?.body.stringValue ?? '{}') as Record<string, unknown>;
    assert.ok(Date.parse(String(time)) > 0);
    assert.deepEqual(line, record && attributesOf(record));
    assert.deepEqual([line.tool, line.outcome, line.name], ['get_resource', 'ok', 'web']);

    const pointsOf = (name: string) => collector.metrics.get(name)?.histogram.dataPoints ?? [];
    const [calls] = pointsOf('mcp.server.operation.duration');
    assert.deepEqual(
      [calls?.count, calls && attributesOf(calls)],
      [1, { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'get_resource' }],
    );
    assert.ok(pointsOf('http.client.request.duration').length > 0);
  }

  it('is sent over HTTP: each call in the trace of its client, with its requests, as a log record and counted', async () => {
    const server = await HttpServer.start(['--kubeconfig', kubeconfig], { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const client = await server.connect({
      fetch: (url, init) => {
        const headers = new Headers(init?.headers);
        headers.set('traceparent', PARENT);
        return fetch(url, { ...init, headers });
      },
    });
    await client.call('get_resource', WEB);
    assert.equal(await server.stop(), 0);
    assertCall();
  });

  it('is sent over stdio too, in the trace that the call names, before the process ends with its client', async () => {
    const server = new RawServer(['--kubeconfig', kubeconfig], { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` });
    server.initialize();
    const params = { name: 'get_resource', arguments: WEB, _meta: { traceparent: PARENT } };
    server.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    await server.answer(1);
    server.process.stdin?.end();
    assert.equal(await server.exited, 0);
    assertCall();
    assert.equal(server.stderr, '');
  });

  it('is sent also when nobody reads the answers any more', async () => {
    const server = new RawServer(['--kubeconfig', kubeconfig], { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` });
    server.initialize();
    const params = { name: 'get_resource', arguments: WEB, _meta: { traceparent: PARENT } };
    server.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    await server.answer(1);
    server.process.stdout?.destroy();
    const asking = setInterval(() => server.send({ jsonrpc: '2.0', id: 2, method: 'ping' }), 20);
    assert.equal(await server.exited, 0);
    clearInterval(asking);
    assertCall();
    assert.equal(server.stderr, '');
  });

  it('is only what the environment asks for', async () => {
    const server = new RawServer(['--kubeconfig', kubeconfig], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_METRICS_EXPORTER: 'none',
    });
    server.initialize();
    server.call(1, 'get_resource', WEB);
    await server.answer(1);
    server.process.stdin?.end();
    await server.exited;
    assert.deepEqual([...new Set(collector.paths)], ['/v1/logs']);
    assert.ok(server.messages().length >= 2);
  });

  it('delays no call when nobody takes it, which the log says once', async () => {
    // Accepts connections, and never answers.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const server = new RawServer(['--kubeconfig', kubeconfig], {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      // Each signal gives up by itself.
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
    });
    server.initialize();
    const said = () => server.stderr.match(/cannot be sent by OTLP/g)?.length ?? 0;
    server.call(1, 'get_resource', WEB);
    assert.ok((await server.answer(1)).result);
    await until(() => said() === 3);
    server.call(2, 'get_resource', WEB);
    assert.ok((await server.answer(2)).result);
    server.process.stdin?.end();
    assert.equal(await server.exited, 0);
    silent.close();
    for (const signal of ['traces', 'metrics', 'logs'])
      assert.equal(server.stderr.match(new RegExp(`The ${signal} cannot be sent by OTLP`, 'g'))?.length, 1);
  });
});
