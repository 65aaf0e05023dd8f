import assert from 'node:assert/strict';
import { withAgent } from '../attacks/agent.ts';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, fieldOf, kubectl, scratchNamespace } from './scratch.ts';

// Simulated pods run no debug container: how commands end is tested on a real node.
describe('debug_pod', () => {
  const namespace = scratchNamespace();
  const place = () => ['--namespace', namespace.name, '--enable-exec'];
  const box = { name: 'box', command: ['ls', '/proc'] };
  const short = { ...box, timeoutSeconds: 1 };
  const podNames = () => kubectl('get', 'pods', '-n', namespace.name, '-o', 'name');
  before(async () => {
    const meta = (name: string) => `metadata: { name: ${name}, namespace: ${namespace.name}, labels: { app: box } }`;
    await apply(
      [
        `apiVersion: v1\nkind: Pod\n${meta('box')}\nspec: { initContainers: [{ name: init, image: busybox }], containers: [{ name: app, image: 'busybox:1.36', ports: [{ containerPort: 80, hostPort: 8099 }], livenessProbe: { httpGet: { port: 80 } } }] }`,
        `apiVersion: v1\nkind: Secret\n${meta('keys')}\nstringData: { key: value }`,
        `apiVersion: v1\nkind: Pod\n${meta('keyed')}\nspec: { containers: [{ name: app, image: busybox, envFrom: [{ secretRef: { name: keys } }] }] }`,
      ].join('\n---\n'),
    );
    await kubectl('wait', '-n', namespace.name, 'pod/box', 'pod/keyed', '--for=condition=Ready', '--timeout=60s');
  });

  it('adds a debug container, after the user has seen its image, command and target', async () => {
    await withAgent(place(), async ({ text, asked, journal }) => {
      assert.match(
        await text('debug_pod', { ...short, image: 'busybox:1.37' }),
        /^not started: it has not started · container debugger-\w{6} \(busybox:1\.37\) of pod "box" in namespace \S+ \(context admin\) · \d+\.\d s\nIt wrote nothing\.$/,
      );
      assert.match(asked[0] ?? '', /^exec Pod\/ephemeralcontainers \S+\/box in context admin\n/);
      for (const shown of [
        /\+.*command:\n\+\s+- ls\n\+\s+- \/proc/,
        /\+.*image: busybox:1\.37/,
        /\+.*targetContainerName: app/,
      ])
        assert.match(asked[0] ?? '', shown);
      const [entry] = await journal();
      assert.deepEqual([entry?.access, entry?.subresource, entry?.outcome], ['exec', 'ephemeralcontainers', 'applied']);
    });
  });

  const copying = () => [...place(), '--enable-create', '--enable-delete'];

  it('runs in a copy that nothing takes for the pod, and deletes it', async () => {
    await withAgent(copying(), async ({ text, asked, journal }) => {
      assert.match(
        await text('debug_pod', { ...short, copy: true }),
        /^no end within 1 s · container app \(busybox:1\.36\) of the copy "box-debug-\w{6}" in namespace/,
      );
      assert.match(asked[0] ?? '', /^create Pod \S+\/box-debug-\w{6} in context admin\n/);
      assert.match(asked[0] ?? '', /restartPolicy: Never/);
      assert.doesNotMatch(asked[0] ?? '', /labels:|livenessProbe|hostPort|nodeName/);
      assert.deepEqual(
        (await journal()).map(({ access, outcome }) => `${access} ${outcome}`),
        ['create applied', 'delete applied'],
      );
    });
    await kubectl('wait', '-n', namespace.name, 'pod', '--all', '--for=condition=Ready', '--timeout=60s');
    assert.equal(await podNames(), 'pod/box\npod/keyed');
  });

  it('deletes the copy when it is cancelled', async () => {
    const { kubeconfig } = await testCluster();
    const server = await McpServer.start(kubeconfig('admin'), [...copying(), '--journal', '/dev/null']);
    try {
      const cancel = new AbortController();
      const call = { name: 'debug_pod', arguments: { ...box, copy: true, timeoutSeconds: 600 } };
      const running = server.client.callTool(call, undefined, { signal: cancel.signal, timeout: 120_000 });
      running.catch(() => undefined);
      await until(async () => (await podNames()).includes('box-debug'));
      cancel.abort();
      await assert.rejects(running);
      await until(async () => !(await podNames()).includes('box-debug'));
    } finally {
      await server.stop();
    }
  });

  it('is refused where it cannot be, or the user has not allowed it', async () => {
    const image = 'busybox';
    const cases: [readonly string[], object, RegExp][] = [
      [place(), short, /^A debug container needs an image, such as busybox:1\.37\.$/],
      [place(), { ...short, image, container: 'ap' }, /has no container "ap"\. It has: app, init/],
      [place(), { ...short, image, name: 'bx' }, /There is no pods "bx".*Nearest: box/],
      [place(), { ...short, image, command: [] }, /command/],
      [
        place(),
        { ...short, copy: true },
        /copy, which creates and deletes a pod, is switched off.*mcpK8s\.enableCreate/,
      ],
      [
        [...place(), '--enable-create'],
        { ...short, copy: true },
        /copy, which creates and deletes a pod, is switched off.*mcpK8s\.enableDelete/,
      ],
      [
        copying(),
        { ...short, copy: true, container: 'init' },
        /only a regular container can be replaced, and "init" is none/,
      ],
      [
        ['--namespace', namespace.name, '--enable-update'],
        { ...short, image },
        /debug_pod is switched off.*mcpK8s\.enableExec/,
      ],
      [[...place(), '--protect-context', 'admin'], { ...short, image }, /is protected/],
      [
        [...place(), '--deny-kind', 'pods/ephemeralcontainers'],
        { ...short, image },
        /ephemeralcontainers is closed to agents/,
      ],
      [[...place(), '--read-only-kind', 'pods'], { ...short, image }, /pods may be read but not written/],
      [
        [...place(), '--deny-kind', 'secrets'],
        { ...short, name: 'keyed', image },
        /It would reach the kind secrets, which is closed/,
      ],
      [
        [...copying(), '--deny-kind', 'secrets'],
        { ...short, name: 'keyed', copy: true },
        /It would reach the kind secrets, which is closed/,
      ],
      [
        [...place(), '--allow-namespace', namespace.name],
        { ...short, image, namespace: 'shop' },
        /is outside of what is allowed/,
      ],
    ];
    for (const [args, input, expected] of cases)
      await withAgent(args, async ({ error, asked }) => {
        assert.match(await error('debug_pod', { ...input }), expected);
        assert.deepEqual(asked, []);
      });
    const before = await fieldOf('{.spec.ephemeralContainers}', 'pod', 'keyed', '-n', namespace.name);
    assert.equal(before, '');
  });
});
