import assert from 'node:assert/strict';
import { ApiClient } from '../../src/kubernetes/client/client.ts';
import { findContext, loadKubeconfig } from '../../src/kubernetes/client/kubeconfig.ts';
import { followLog } from '../../src/kubernetes/workloads/log-stream.ts';
import { requestPod } from '../../src/kubernetes/workloads/pod-request.ts';
import { TerminalSession } from '../../src/kubernetes/workloads/terminal-session.ts';
import { UNGUARDED } from '../support/unguarded.ts';
import { testCluster } from './environment.ts';
import { type Exchange, FaultProxy } from './fault-proxy.ts';
import { signingRequest } from './issued-certificates.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const isLog = ({ path }: Exchange) => path.endsWith('/log');
const isExec = ({ path }: Exchange) => path.endsWith('/exec');
const failure = (cause: string) => ({
  status: 500,
  reason: `Get "https://10.0.0.1:10250/containerLogs/shop/web/web": ${cause}`,
});
const NO_CERTIFICATE = failure('remote error: tls: internal error');

describe('kubelets with which the API server cannot talk', () => {
  const namespace = scratchNamespace();
  let proxy: FaultProxy;
  let server: McpServer;
  let pod: string;
  let node: string;
  const requests = () => [`mine-${namespace.name}`, `other-${namespace.name}`];

  before(async () => {
    proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
    const args = ['--enable-exec', '--review=off', '--namespace', 'shop', '--journal', '/dev/null'];
    server = await McpServer.start(proxy.kubeconfig, args);
    const where = '{.items[0].metadata.name} {.items[0].spec.nodeName}';
    [pod = '', node = ''] = (
      await kubectl('get', 'pod', '-n', 'shop', '-l', 'app=web', '-o', `jsonpath=${where}`)
    ).split(' ');
    const request = Buffer.from(await signingRequest('node')).toString('base64');
    for (const [name, of] of [
      [requests()[0], node],
      [requests()[1], 'another-node'],
    ])
      await apply(
        `apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: { name: ${name} }\nspec: { signerName: kubernetes.io/kubelet-serving, usages: [digital signature, server auth], request: ${request} }\n`,
        ...['--as', `system:node:${of}`, '--as-group', 'system:masters'],
      );
  });
  afterEach(() => proxy.heal());
  after(async () => {
    await server.stop();
    await proxy.stop();
    await kubectl('delete', 'csr', ...requests());
  });

  it('are asked again while they get their certificates', async () => {
    proxy.fail(isLog, NO_CERTIFICATE, 2);
    assert.match(await server.text('get_pod_logs', { name: pod }), /^Pod .*lines/);
  });

  it('are named with the request of their own node', async () => {
    const why = `the kubelet has no serving certificate yet: approval is pending for CertificateSigningRequest ${requests()[0]} of node ${node}`;
    proxy.fail(isLog, NO_CERTIFICATE);
    proxy.fail(isExec, { status: 500, reason: 'error dialing backend: remote error: tls: internal error' });
    for (const [tool, args] of [
      ['get_pod_logs', { name: pod }],
      ['exec_in_pod', { name: pod, command: ['true'] }],
    ] as const) {
      const error = await server.error(tool, args);
      assert.ok(error.includes(why), error);
      assert.ok(!error.includes(requests()[1] ?? ''), error);
      assert.doesNotMatch(error, /unknown/);
    }
  });

  it('are named where the connection to the client was open already', async () => {
    const status = { status: 'Failure', message: 'error dialing backend: remote error: tls: internal error' };
    const session = Buffer.concat([Buffer.of(3), Buffer.from(JSON.stringify(status))]);
    proxy.fail(isExec, {
      session: (socket) => {
        socket.send(session);
        socket.close();
      },
    });
    const error = await server.error('exec_in_pod', { name: pod, command: ['true'] });
    assert.match(error, new RegExp(`no serving certificate yet: approval is pending .* ${requests()[0]} `));
  });

  it('are named where a terminal or a forwarded port was open already', async () => {
    const client = new ApiClient(findContext(await loadKubeconfig([proxy.kubeconfig]), 'proxy'), UNGUARDED);
    const cause = 'error dialing backend: remote error: tls: internal error';
    const { signal } = new AbortController();
    const where = { namespace: 'shop', pod, signal };
    proxy.fail(isExec, {
      session: (socket) => {
        socket.send(Buffer.concat([Buffer.of(3), Buffer.from(JSON.stringify({ status: 'Failure', message: cause }))]));
        socket.close();
      },
    });
    const terminal = { ...where, container: 'web', command: ['sh'], onOutput: () => undefined };
    const { ended } = await TerminalSession.start(client, terminal);
    assert.match(JSON.stringify(await ended), /no serving certificate yet: approval is pending/);
    proxy.fail(({ path }) => path.endsWith('/portforward'), {
      session: (socket) => {
        for (const channel of [0, 1]) socket.send(Buffer.of(channel, 80, 0));
        socket.send(Buffer.concat([Buffer.of(1), Buffer.from(cause)]));
        socket.close();
      },
    });
    const request = { method: 'GET', path: '/', headers: [], body: undefined, host: 'web', tlsNames: undefined };
    await assert.rejects(
      requestPod(client, { ...where, ...request, port: 80, timeout: 60_000 }),
      /no serving certificate yet: approval is pending/,
    );
    client.close();
  });

  it('are named in a log that is followed', async () => {
    const client = new ApiClient(findContext(await loadKubeconfig([proxy.kubeconfig]), 'proxy'), UNGUARDED);
    proxy.fail(isLog, NO_CERTIFICATE);
    const { signal } = new AbortController();
    const request = { namespace: 'shop', pod, container: 'web', previous: false, lines: 10, signal };
    await assert.rejects(followLog(client, request).next(), /the kubelet has no serving certificate yet: approval/);
    client.close();
  });

  for (const [cause, expected] of [
    ['x509: certificate has expired or is not yet valid: current time is after', 'has expired, or is not valid yet'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'is of an authority that the'],
    [
      "tls: failed to verify certificate: x509: cannot validate certificate for 10.0.0.1 because it doesn't contain any IP SANs",
      'is for another address',
    ],
    ['x509: certificate is valid for 10.0.0.2, not 10.0.0.1', 'is for another address'],
  ] as const)
    it(`are named with their cause: ${cause}`, async () => {
      proxy.fail(isLog, failure(cause));
      const error = await server.error('get_pod_logs', { name: pod });
      assert.ok(error.includes(`the serving certificate of the kubelet ${expected}`), error);
      assert.ok(!error.includes('approval is pending'), error);
    });
});
