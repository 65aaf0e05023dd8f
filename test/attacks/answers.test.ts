import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { testCluster } from '../server/environment.ts';
import { FaultProxy } from '../server/fault-proxy.ts';
import { type HttpClient, HttpServer } from '../server/http-process.ts';
import { withBystanders } from './bystanders.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
const object = (data: unknown) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data });
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`key-${at}`, `x: ${at}`]));

describe('an API server that answers with too much', () => {
  let proxy: FaultProxy;
  let server: HttpServer;
  let attacker: HttpClient;
  before(async () => {
    proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
  });
  after(() => proxy.stop());
  beforeEach(async () => {
    await proxy.heal();
    server = await HttpServer.start(['--kubeconfig', proxy.kubeconfig]);
    attacker = await server.connect();
    // The kinds are asked for only once.
    await attacker.call('get_resource', { kind: 'configmap', name: 'a', namespace: 'default' });
  });

  const answer = (send: (response: ServerResponse) => void) =>
    proxy.fail(({ path }) => path.startsWith(PATH), {
      answer: (response) => {
        response.on('error', () => undefined);
        send(response);
      },
    });
  const json = (content: string | object) =>
    answer((response) => {
      response.setHeader('content-type', 'application/json');
      response.end(typeof content === 'string' ? content : JSON.stringify(content));
    });
  const get = (args: object = {}) =>
    withBystanders(server, () =>
      attacker.call('get_resource', { kind: 'configmap', name: 'a', namespace: 'default', ...args }),
    );
  const list = (args: object = {}) =>
    withBystanders(server, () => attacker.call('list_resources', { kind: 'configmap', namespace: 'default', ...args }));

  it('is not decompressed further than an answer goes, be it an object or an error', async () => {
    const bomb = await promisify(gzip)(Buffer.alloc(300 << 20, ' '));
    for (const status of [200, 404, 500]) {
      answer((response) => {
        response.writeHead(status, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(bomb);
      });
      assert.match(
        await get(),
        status === 200
          ? /with too much: it has more than 64 MB\. Ask for less/
          : /^(Internal Server Error|the cluster does not serve configmaps in v1: Not Found) \((500|404)\)$/,
      );
    }
  });

  it('is told from one that is nested as deep as objects are', async () => {
    const deep = (levels: number) => '{"a":'.repeat(levels) + 1 + '}'.repeat(levels);
    json(`{"kind":"ConfigMap","metadata":{"name":"a"},"data":${deep(100_000)}}`);
    assert.match(await get(), /with too much: it is nested too deeply, more than 500 levels/);
    json(`{"kind":"ConfigMap","metadata":{"name":"a"},"data":${deep(400)}}`);
    assert.match(await get(), /^kind: ConfigMap/);
  });

  it('is left when it has no end', async () => {
    answer((response) => {
      response.setHeader('content-type', 'application/json');
      response.write('{"items":[');
      const timer = setInterval(() => response.write('{},'.repeat(20_000)), 1);
      response.once('close', () => clearInterval(timer));
    });
    assert.match(await list(), /with too much: it has more than (64 MB|4000000 values)/);
  });

  it('is shown where it is one large object, and searched by no path for long', async () => {
    json(object(keys(20_000)));
    assert.match(await get(), /… cut: \d+ of \d+ characters shown\. Use fields/);
    for (const path of ['$[?($..*==$..*)]', '.data[?($.data.*<$.data.*)]', '$..[?(@..*!=$..*)]'])
      assert.match(await get({ fields: Array(20).fill(path) }), /too much to look at/);
  });

  it('is shown in part where it is a long list', async () => {
    const items = Array.from({ length: 5_000 }, (_, at) => ({ metadata: { name: `a-${at}` }, data: keys(20) }));
    json({ apiVersion: 'v1', kind: 'ConfigMapList', metadata: {}, items });
    assert.match(await list({ output: 'yaml', limit: 5_000 }), /^(\d+ of )?5000 configmaps/);
    assert.match(
      await list({ columns: Array(50).fill('.data.*'), limit: 5_000 }),
      /5000 configmaps|too much to look at/,
    );
    assert.match(await list({ groupBy: ['.data.*', '.metadata.name'] }), /groups/);
  });
});
