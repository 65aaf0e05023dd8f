import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testCluster } from './environment.ts';
import { HttpServer } from './http-process.ts';

interface OtlpSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

describe('traces', () => {
  it('hold each call in the trace of its client, with the requests that it made, when the environment asks for them', async () => {
    const spans: OtlpSpan[] = [];
    const collector = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.setHeader('content-type', 'application/json').end('{}');
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const { kubeconfig } = await testCluster();
    const server = await HttpServer.start(['--kubeconfig', kubeconfig('admin')], {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    });
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const client = await server.connect({
      fetch: (url, init) => {
        const headers = new Headers(init?.headers);
        headers.set('traceparent', `00-${trace}-b7ad6b7169203331-01`);
        return fetch(url, { ...init, headers });
      },
    });
    await client.call('get_resource', { kind: 'deploy', name: 'web', namespace: 'shop' });
    assert.equal(await server.stop(), 0);
    collector.close();
    const call = spans.find(({ name }) => name === 'tools/call get_resource');
    assert.deepEqual([call?.traceId, call?.parentSpanId], [trace, 'b7ad6b7169203331']);
    const requests = spans.filter(({ parentSpanId }) => parentSpanId === call?.spanId);
    const paths = requests.map(({ attributes }) => attributes.find(({ key }) => key === 'url.path')?.value.stringValue);
    assert.ok(paths.includes('/apis/apps/v1/namespaces/shop/deployments/web'), paths.join(' '));
  });
});
