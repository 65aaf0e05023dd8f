import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import { Discovery } from '../../../../src/kubernetes/client/discovery.ts';
import { locate } from '../../../../src/kubernetes/client/read-object.ts';
import { UNGUARDED } from '../../../support/unguarded.ts';

describe('an object that a call names', () => {
  const sent: string[] = [];
  let version: string | undefined = 'v1alpha1';
  let name = 'one';
  const kind = () => ({ resource: 'widgets', responseKind: { kind: 'Widget' }, scope: 'Cluster', verbs: ['get'] });
  const groups = () => [{ metadata: { name: 'x.io' }, versions: version ? [{ version, resources: [kind()] }] : [] }];
  const server = createServer(({ url = '' }, response) => {
    const [path = ''] = url.split('?');
    sent.push(path);
    const answer = (code: number, body: unknown) => response.writeHead(code).end(JSON.stringify(body));
    if (path === '/api' || path === '/apis')
      return answer(200, { kind: 'APIGroupDiscoveryList', items: path === '/apis' ? groups() : [] });
    if (!path.startsWith(`/apis/x.io/${version}/`)) return response.writeHead(404).end('404 page not found\n');
    const widget = { apiVersion: `x.io/${version}`, kind: 'Widget', metadata: { name } };
    if (path.endsWith('/widgets')) return answer(200, { kind: 'WidgetList', items: [widget] });
    if (path.endsWith(`/${name}`)) return answer(200, widget);
    return answer(404, { kind: 'Status', status: 'Failure', reason: 'NotFound', message: 'not found' });
  });
  let connection: Connection;

  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const cluster = { name: 'a', cluster: { server: `http://127.0.0.1:${port}` } };
    const context = { name: 'a', namespace: 'a', cluster, user: { name: 'u', user: {} }, shadowed: [] };
    const client = new ApiClient(context, UNGUARDED, undefined, undefined, (path) => discovery.moved(path));
    const discovery = new Discovery(client);
    connection = { client, discovery, context, namespace: 'a' } as unknown as Connection;
  });
  after(() => {
    connection.client.close();
    server.close();
  });

  const read = async () => {
    sent.length = 0;
    const named = { kind: 'widget', name: 'one' };
    return (await locate(connection, named, AbortSignal.timeout(5_000))).object.apiVersion;
  };

  it('is read in one request, and after its version has gone in the one that is served', async () => {
    await read();
    assert.equal(await read(), 'x.io/v1alpha1');
    assert.deepEqual(sent, ['/apis/x.io/v1alpha1/widgets/one']);
    version = 'v1';
    assert.equal(await read(), 'x.io/v1');
    assert.deepEqual(sent.slice(0, 1), ['/apis/x.io/v1alpha1/widgets/one']);
    assert.deepEqual(sent.slice(1, 3).sort(), ['/api', '/apis']);
    assert.deepEqual(sent.slice(3), ['/apis/x.io/v1/widgets/one']);
    assert.equal(await read(), 'x.io/v1');
    assert.deepEqual(sent, ['/apis/x.io/v1/widgets/one']);
  });

  it('is said not to exist only where its kind is served', async () => {
    name = 'other';
    await assert.rejects(read(), /There is no widgets\.x\.io "one"\. There are: other\./);
    version = undefined;
    await assert.rejects(read(), { message: 'the cluster does not serve widgets in x.io/v1: 404 page not found' });
    await assert.rejects(read(), /serves no kind "widget"/);
  });
});
