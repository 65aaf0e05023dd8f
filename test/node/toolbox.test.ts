import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { testCluster } from '../server/environment.ts';
import { issue } from '../server/issued-certificates.ts';
import { McpServer } from '../server/mcp-process.ts';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { applyPods, type Container, listening, podSpec, script } from './pods.ts';
import { waitFor } from './waiting.ts';

const NODE = 'real-node';

/** A web server on this port of a pod, as a script of Node. */
function web(port: number, code: string, env: Record<string, string> = {}): Container {
  return listening(port, { command: ['/nodejs/bin/node', '-e', `${code}.listen(${port})`], env });
}

describe('the toolbox on a real node', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  before(async () => {
    const { kubeconfig } = await testCluster();
    const switches = ['create', 'update', 'delete', 'exec'].map((name) => `--enable-${name}`);
    server = await McpServer.start(kubeconfig('admin'), [
      ...['--namespace', namespace.name, '--toolsets=core,node', '--journal', '/dev/null'],
      ...switches,
    ]);
    const host = `secure.${namespace.name}.svc`;
    const issued = await issue('secure', { hosts: [host] });
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', issued.keys.privateKey)).toString('base64');
    const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----`;
    await applyPods(
      namespace.name,
      { name: 'service', labels: { app: 'service' }, containers: [listening(8080, { env: { NAME: 'service' } })] },
      {
        name: 'secure',
        labels: { app: 'secure' },
        containers: [
          web(
            8443,
            `require('https').createServer({ cert: process.env.CERT, key: process.env.KEY }, (_, r) => r.setHeader('set-cookie', 'sid=abc123; Path=/').end('secure'))`,
            { CERT: issued.pem, KEY: key },
          ),
        ],
      },
      {
        name: 'leading',
        containers: [
          web(
            8080,
            `require('http').createServer((_, r) => r.writeHead(302, { location: 'http://198.51.100.1/' }).end())`,
          ),
        ],
      },
      { name: 'box', containers: [script('sleep 1000')] },
      { name: 'crashing', containers: [script('echo "needs /config"; exit 3')] },
    );
    await apply(
      ['service', 'secure']
        .map((name) =>
          stringify({
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name, namespace: namespace.name },
            spec: {
              selector: { app: name },
              ports: [{ port: name === 'secure' ? 443 : 80, targetPort: name === 'secure' ? 8443 : 8080 }],
            },
          }),
        )
        .join('---\n'),
    );
    await kubectl(
      'wait',
      '-n',
      namespace.name,
      '--for=condition=Ready',
      ...['service', 'secure', 'leading', 'box'].map((name) => `pod/${name}`),
      '--timeout=60s',
    );
  });
  after(() => server.stop());

  it('sends a request to a Service', async () => {
    const text = await server.text('request_service', { name: 'service', path: '/shop?x=1' });
    assert.match(text, /^200 OK · GET http:\/\/service\.\S+\.svc\/shop\?x=1 · port 8080 of pod "service"/);
    assert.match(text, /\n\nservice: GET \/shop\?x=1$/);
    const secure = await server.text('request_service', { name: 'secure' });
    assert.match(
      secure,
      /\nTLSv1\.3, certificate for DNS:secure\.\S+\.svc, of secure, until .*: it names this host; its authority is not known/,
    );
    assert.match(secure, /\nset-cookie: <redacted[^\n]*\n[\s\S]*secure$/);
    const leading = await server.text('request_service', { name: 'leading', kind: 'pod', port: '8080' });
    assert.match(leading, /^302 Found .*[\s\S]*It redirects, which is not followed/);
    const closed = await server.error('request_service', { name: 'service', kind: 'pod', port: '8081' });
    assert.match(closed, /^Nothing listens on port 8081 of pod "service"\.$/);
  });

  it('debugs beside a container, and one that crashes in a copy', async () => {
    const beside = await server.text('debug_pod', {
      name: 'service',
      image: 'busybox:1.37',
      command: ['sh', '-c', 'cat /proc/1/cmdline | tr "\\0" " "; exit 4'],
    });
    assert.match(
      beside,
      /^exit 4, Error · container debugger-\w+ \(busybox:1\.37\) of pod "service"[^\n]*\n.*\/app\/service\.mjs/,
    );
    const copy = await server.text('debug_pod', {
      name: 'crashing',
      copy: true,
      command: ['sh', '-c', 'echo looked; ls /'],
    });
    assert.match(
      copy,
      /^exit code 0 · container app \(busybox:1\.37\) of the copy "crashing-debug-\w+"[^\n]*\nlooked\nbin\n/,
    );
    const absent = await server.text('debug_pod', { name: 'service', image: 'shop/absent:1.0', command: ['true'] });
    assert.match(absent, /^not started: (ErrImage|ImagePull)/);
    assert.doesNotMatch(await kubectl('get', 'pods', '-n', namespace.name, '-o', 'name'), /-debug-/);
  });

  it('copies a file in and out', async () => {
    const content = 'port: 80\nname: "ü"\n';
    for (const name of ['box', 'service']) {
      await server.text('copy_files', { name, direction: 'in', path: '/tmp/app.conf', content });
      const out = await server.text('copy_files', { name, direction: 'out', path: '/tmp/app.conf' });
      assert.ok(out.endsWith(`:\n${content.trimEnd()}`), out);
    }
    const large = 'line\n'.repeat(90_000);
    await server.text('copy_files', { name: 'box', direction: 'in', path: '/tmp/large', content: large });
    assert.match(await server.text('exec_in_pod', { name: 'box', command: ['wc', '-c', '/tmp/large'] }), /\n450000 /);
  });

  it('reads logs of the node', async () => {
    const list = await server.text('get_node_logs', { name: NODE, log: '/' });
    assert.match(list, /^\/var\/log of node real-node \(context admin\): (there is:\n|nothing but logs of pods)/);
  });

  it('tells how full the disks of the node are', async () => {
    const usage = (more: object) => server.text('get_resource_usage', { sortBy: 'disk', ...more });
    const text = await usage({ kind: 'Node', name: NODE });
    assert.match(
      text,
      /^1 node, by share of the disk that is used\nNODE\tDISK\tINODES\tIMAGES\tLARGEST PODS\nreal-node\t\S+ \d+% of \S+\t\S+\t[^\t\n]+\t\S/,
    );
    const pods = await waitFor(async () => {
      const found = await usage({ kind: 'Pod', name: 'box' });
      return /^1 pod/.test(found) ? found : undefined;
    });
    assert.match(pods, /\nPOD\tNODE\tDISK\tOF LIMIT\nbox\treal-node\t\d\S+\t-$/);
  });

  it('previews a drain of the node', async () => {
    const spec = await podSpec({ containers: [script('exec sleep infinity')] });
    const labels = { app: 'drained' };
    const selector = { matchLabels: labels };
    const template = { metadata: { labels }, spec };
    const metadata = { name: 'drained', namespace: namespace.name };
    await apply(
      [
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 2, selector, template } },
        { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { minAvailable: 1, selector } },
      ]
        .map((object) => stringify(object))
        .join('---\n'),
    );
    await kubectl('rollout', 'status', 'deployment/drained', '-n', namespace.name, '--timeout=60s');
    const preview = await server.text('maintain_node', { name: NODE, action: 'drain', dryRun: true });
    assert.match(preview, /^- \S+: ReplicaSet drained-\S+: drained-\S+, drained-\S+$/m);
    assert.match(preview, /^No other node takes these pods: .*drained-/m);
    assert.match(preview, /It needs force: true, as nothing makes these pods again: .*\/box/);
    assert.equal(await kubectl('get', 'node', NODE, '-o', 'jsonpath={.spec.unschedulable}'), '');
  });

  // The last of this file: it takes the pods of the others, and those of the cluster's DNS for a while.
  it('drains the node while a budget blocks, is cancelled, and goes on', async () => {
    const all = { name: NODE, action: 'drain', force: true, deleteEmptyDirData: true };
    const kept = async () =>
      (
        await kubectl(
          'get',
          'pods',
          '-n',
          namespace.name,
          '-l',
          'app=drained',
          '-o',
          'name',
          '--field-selector=status.phase=Running',
        )
      )
        .split('\n')
        .filter(Boolean);
    const before = await kept();
    try {
      await kubectl(
        'patch',
        'pdb',
        'drained',
        '-n',
        namespace.name,
        '--type=merge',
        '--patch={"spec":{"minAvailable":2}}',
      );
      await kubectl(
        'wait',
        'pdb/drained',
        '-n',
        namespace.name,
        '--for=jsonpath={.status.disruptionsAllowed}=0',
        '--timeout=60s',
      );
      const preview = await server.text('maintain_node', { ...all, dryRun: true });
      assert.match(preview, /drained-\S+/);
      const cancel = new AbortController();
      const running = server.client.callTool({ name: 'maintain_node', arguments: all }, undefined, {
        signal: cancel.signal,
        onprogress: ({ message = '' }) => {
          if (/^[1-9]\d* of \d+ evicted/.test(message)) cancel.abort();
        },
      });
      await assert.rejects(running);
      // Whoever looks afterwards sees a cordoned node, with what the budget holds untouched.
      assert.equal(await kubectl('get', 'node', NODE, '-o', 'jsonpath={.spec.unschedulable}'), 'true');
      assert.deepEqual(await kept(), before);
      const refused = await server.error('maintain_node', { ...all, waitSeconds: 1 });
      assert.match(
        refused,
        /^Node "real-node" is cordoned, but not drained: 1 s were not enough\. \d+ of \d+ evictions were accepted\. Still there: .*drained-\S+ \(The disruption budget drained needs 2 healthy pods and has 2 currently\)/,
      );
      assert.match(refused, /Drain it again to go on, or uncordon it\.$/);
      await kubectl('delete', 'pdb', 'drained', '-n', namespace.name);
      assert.match(
        await server.text('maintain_node', all),
        /^Drained node "real-node" \(context admin\): \d+ pods evicted, all gone after \d+ s\. It stays cordoned until action=uncordon\./,
      );
      assert.deepEqual(await kept(), []);
    } finally {
      await server.text('maintain_node', { name: NODE, action: 'uncordon' });
    }
    await kubectl('rollout', 'status', 'deployment/drained', '-n', namespace.name, '--timeout=100s');
    await kubectl('wait', '--for=condition=Available', 'deployment', '--all', '-n', 'kube-system', '--timeout=100s');
  });
});
