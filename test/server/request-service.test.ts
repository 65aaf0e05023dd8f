import assert from 'node:assert/strict';
import { withAgent } from '../attacks/agent.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('request_service', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const place = () => ['--namespace', namespace.name];
  before(async () => {
    const { kubeconfig } = await testCluster();
    const meta = (name: string) =>
      `metadata: { name: ${name}, namespace: ${namespace.name}, labels: { app: ${name} } }`;
    const service = (name: string, spec: string) => `apiVersion: v1\nkind: Service\n${meta(name)}\nspec: { ${spec} }`;
    const ports = (...names: string[]) =>
      `ports: [${names.map((name, index) => `{ name: ${name}, port: ${[80, 443, 9090][index]}, targetPort: web }`).join(', ')}]`;
    const pod = (name: string, more = '') =>
      `apiVersion: v1\nkind: Pod\n${meta(name)}\nspec: { ${more}containers: [{ name: app, image: nginx, ports: [{ name: web, containerPort: 8080 }] }] }`;
    await apply(
      [
        pod('web'),
        pod('host', 'hostNetwork: true, '),
        service('web', `selector: { app: web }, ${ports('http')}`),
        service('several', `selector: { app: web }, ${ports('http', 'https')}`),
        service('empty', `selector: { app: nobody }, ${ports('http')}`),
        service('outside', 'type: ExternalName, externalName: example.com'),
        service('by-hand', ports('http')),
      ].join('\n---\n'),
    );
    await kubectl('wait', '-n', namespace.name, 'pod/web', 'pod/host', '--for=condition=Ready', '--timeout=60s');
    server = await McpServer.start(kubeconfig('admin'), [...place(), '--enable-exec']);
  });
  after(() => server.stop());

  const ask = (name: string, more: object = {}) => server.text('request_service', { name, ...more });
  const refused = (name: string, more: object = {}) => server.error('request_service', { name, ...more });

  it('gets the answer of a pod of the Service', async () => {
    const text = await ask('web', { path: '/shop?q=1' });
    assert.match(
      text,
      /^200 OK · GET http:\/\/web\.\S+\.svc\/shop\?q=1 · port 8080 of pod "web" in namespace \S+ \(context admin\)\nconnected after \d+ ms, answered after \d+ ms, all after \d+ ms\ncontent-type: text\/plain\n/,
    );
    assert.match(text, /\n\nhello from a simulated pod: GET \/shop\?q=1$/);
    assert.match(
      await ask('web', { kind: 'pod', port: 8080, method: 'POST', body: 'x' }),
      /^200 OK · POST http:\/\/10\.[\d.]+:8080\/ /,
    );
    assert.match(await ask('web', { kind: 'pod', port: '8081', method: 'HEAD' }), /\n\nNo body\.$/);
    assert.match(await ask('several', { port: 'http' }), /^200 OK · GET http:\/\/several\.\S+\.svc\/ /);
    assert.match(await refused('several', { port: '443' }), /gave no answer: .*(wrong version number|SSL|TLS)/i);
  });

  it('says which ports and pods there are', async () => {
    assert.match(
      await refused('several'),
      /^Say which port of Service "several"\. It has: 80 \(http\), 443 \(https\)\.$/,
    );
    assert.match(await refused('web', { port: 81 }), /^Service "web" has no TCP port "81"\. It has: 80 \(http\)\.$/);
    assert.match(await refused('empty'), /^Service "empty" has no pod that runs\.$/);
    assert.match(await refused('wbe'), /There is no services "wbe".*Nearest: web/);
    assert.match(await refused('default', { kind: 'serviceaccount' }), /has no pods to send a request to/);
  });

  it('shows the user what is sent, and where to', async () => {
    await withAgent([...place(), '--enable-exec'], async ({ text, asked, journal }) => {
      const headers = ['X-Mark: yes', 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789'];
      await text('request_service', { name: 'web', method: 'PUT', path: '/a', headers, body: 'line one\nline two' });
      assert.match(
        asked[0] ?? '',
        /^exec Pod\/portforward \S+\/web in context admin\n[\s\S]*PUT http:\/\/web\.\S+\.svc\/a\nTo port 8080 of pod web\.\nX-Mark: yes\nAuthorization: Bearer abc[\s\S]*line one\nline two/,
      );
      const [entry] = await journal();
      assert.deepEqual([entry?.access, entry?.outcome, entry?.decision], ['exec', 'applied', 'client']);
      assert.match(entry?.summary ?? '', /PUT http/);
      assert.doesNotMatch(entry?.summary ?? '', /abcdefghijklmnopqrstuvwxyz/);
    });
  });

  it('leads nowhere else', async () => {
    assert.match(
      await refused('outside'),
      /is only another name for example\.com: requests are sent to pods of this cluster alone/,
    );
    assert.match(await refused('by-hand'), /has no selector: its endpoints are kept by hand/);
    // On the network of its node, every other port is the node's.
    assert.match(await ask('host', { kind: 'pod', port: '8080' }), /^200 OK/);
    assert.match(
      await refused('host', { kind: 'pod', port: '10250' }),
      /has no TCP port "10250"\. It has: 8080 \(web\)/,
    );
    for (const path of ['http://example.com/', '//example.com/', 'x', '', '/a b', '/a\r\nHost: x', '/#a', '/ü'])
      assert.match(await refused('web', { path }), /^path begins with one \/ and is percent-encoded/, path);
    for (const name of [
      'Host',
      'host',
      'Connection',
      'Transfer-Encoding',
      'Content-Length',
      'X-Forwarded-Host',
      'Proxy-Authorization',
      'Forwarded',
      'X-Original-URL',
      'Upgrade',
      'Expect',
    ])
      assert.match(await refused('web', { headers: [`${name}: example.com`] }), /is not for callers/, name);
    for (const header of ['x', ': y', 'a b: c', 'x: a\r\nHost: b', 'x: a\0', 'Host : example.com'])
      assert.match(await refused('web', { headers: [header] }), /is no header|is not for callers/, header);
    assert.match(await refused('web', { method: 'CONNECT' }), /^method is one of GET, /);
  });

  it('is refused where the user has not allowed it', async () => {
    const cases: [readonly string[], RegExp][] = [
      [[], /request_service is switched off.*mcpK8s\.enableExec/],
      [['--enable-exec', '--protect-context', 'admin'], /is protected/],
      [['--enable-exec', '--allow-namespace', 'shop'], /is outside of what is allowed/],
      [['--enable-exec', '--deny-kind', 'pods/portforward'], /pods\/portforward is closed to agents/],
      [['--enable-exec', '--deny-kind', 'services'], /services is closed to agents/],
      [['--enable-exec', '--read-only-kind', 'pods'], /pods may be read but not written/],
    ];
    for (const [args, expected] of cases)
      await withAgent([...place(), ...args], async ({ error, asked }) => {
        assert.match(await error('request_service', { name: 'web', namespace: namespace.name }), expected);
        assert.deepEqual(asked, []);
      });
    await withAgent(
      [...place(), '--enable-exec'],
      async ({ error }) => assert.match(await error('request_service', { name: 'web' }), /user rejected/),
      'Reject',
    );
  });
});
