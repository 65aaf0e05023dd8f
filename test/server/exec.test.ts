import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('exec_in_pod', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  before(async () => {
    const { kubeconfig } = await testCluster();
    server = await McpServer.start(kubeconfig('admin'), ['--namespace', namespace.name, '--enable-exec']);
    await apply(`apiVersion: v1
kind: Pod
metadata: { name: box, namespace: ${namespace.name} }
spec: { containers: [{ name: app, image: busybox }, { name: side, image: busybox }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: marked
  namespace: ${namespace.name}
  annotations: { kubectl.kubernetes.io/default-container: side }
spec: { containers: [{ name: app, image: busybox }, { name: side, image: busybox }] }
---
apiVersion: v1
kind: Pod
metadata: { name: crashing, namespace: ${namespace.name}, annotations: { demo.mcp-k8s/behaviour: crash-loop } }
spec: { containers: [{ name: app, image: busybox }] }`);
    for (const name of ['box', 'marked']) await server.text('wait_for_resource', { kind: 'pod', name, for: 'ready' });
    await server.text('wait_for_resource', { kind: 'pod', name: 'crashing', for: 'condition=Initialized' });
  });
  after(() => server.stop());

  const run = (command: string[] | string, more: object = {}) =>
    server.text('exec_in_pod', { name: 'box', command, ...more });
  const refused = (command: string[] | string, more: object = {}) =>
    server.error('exec_in_pod', { name: 'box', command, ...more });
  const shell = (script: string, more: object = {}) => run(['sh', '-c', script], more);

  it('tells stdout, stderr and the exit code apart', async () => {
    const text = await shell('echo to stdout; echo to stderr >&2; exit 3');
    const [head, ...rest] = text.split('\n');
    assert.match(
      head ?? '',
      /^exit code 3 · container app of pod "box" in namespace .* \(context admin\) · \d+\.\d s$/,
    );
    assert.deepEqual(rest, ['to stdout', 'stderr:', 'to stderr']);
    assert.match(await run(['true']), /^exit code 0 .*\nIt printed nothing\.$/);
  });

  it('passes every argument as it is, through no shell', async () => {
    const odd = ['$HOME', 'a b', "'; exit 7 #", '"', '&c=d?e#f%20', 'ü→', '*', ''];
    const text = await run(['printf', '[%s]\\n', ...odd]);
    assert.deepEqual(
      text.split('\n').slice(1),
      odd.map((argument) => `[${argument}]`),
    );
  });

  it('has no stdin to wait for', async () => {
    assert.match(await run(['cat']), /^exit code 0/);
  });

  it('takes the container that is named, declared as default, or first', async () => {
    assert.match(await run(['true']), /container app of pod "box"/);
    assert.match(await run(['true'], { container: 'side' }), /container side of pod "box"/);
    assert.match(await run(['true'], { name: 'marked' }), /container side of pod "marked"/);
    assert.match(await refused(['true'], { container: 'sde' }), /no container "sde"\. It has: app, side\.$/);
  });

  it('closes the connection when time is up, and keeps what was printed', async () => {
    const text = await shell('echo begin; exec sleep 30', { timeoutSeconds: 1 });
    assert.match(text, /^no end within 1 s: the connection was closed, and the command may still be running/);
    assert.match(text, /\nbegin$/);
  });

  it('cuts a command that prints for ever', async () => {
    const text = await run(['yes', 'again and again']);
    assert.match(text, /^more than 1048576 bytes of output: the connection was closed/);
    assert.match(text, /\n… \d+ of \d+ characters left out; head, tail or grep/);
    assert.ok(text.length < 21_000, String(text.length));
  });

  it('shows the beginning and the end of a long output', async () => {
    const text = await run(['seq', '1', '20000']);
    assert.match(text, /^exit code 0 .*\n1\n2\n/);
    assert.match(text, /\n19999\n20000$/);
    const numbers = text.split('\n').filter((line) => /^\d+$/.test(line));
    assert.ok(numbers.every((line) => Number(line) <= 20_000 && !line.startsWith('0')));
    assert.ok(text.length < 21_000, String(text.length));
  });

  it('hides credentials, also those that a cut would have split, and shows no binary', async () => {
    const text = await shell(
      'echo password=correct-horse; i=0; while [ $i -lt 900 ]; do echo "line $i https://bob:battery-staple@example.com"; i=$((i+1)); done',
    );
    assert.doesNotMatch(text, /horse|staple/);
    assert.match(
      await shell("printf 'A=1\\0DB_PASSWORD=correct-horse\\0B=2\\0'"),
      /\nA=1\nDB_PASSWORD=<redacted>\nB=2$/,
    );
    assert.match(await run(['head', '-c', '300', '/bin/sh']), /\n… 300 bytes that are not text$/);
    assert.match(await shell("printf '\\033[31mred\\033[0m'"), /\nred$/);
  });

  it('explains a command that cannot be started', async () => {
    assert.match(
      await refused(['no-such-program', '-x']),
      /^There is no program "no-such-program" in container app of pod "box"/,
    );
    assert.match(
      await refused('ls -la /'),
      /no program "ls -la \/".*Give each argument by itself: \["ls","-la","\/"\]\.$/,
    );
    assert.match(await refused(['/etc']), /^"\/etc" could not be started in container app.*permission denied/);
    assert.match(await refused([]), /command/);
  });

  it('explains a pod in which nothing can run', async () => {
    assert.match(
      await refused(['ls'], { name: 'crashing' }),
      /not running \(CrashLoopBackOff\).*get_pod_logs with previous/,
    );
    const pods = await kubectl('get', 'pods', '-n', 'shop', '-o', 'name');
    const named = (app: string) => /pod\/(\S+)/.exec(pods.split('\n').find((line) => line.includes(app)) ?? '')?.[1];
    assert.match(
      await refused(['ls'], { name: named('migrate-db'), namespace: 'shop' }),
      /has ended \(exit 0, Completed\).*get_pod_logs/,
    );
    assert.match(
      await refused(['ls'], { name: named('analytics'), namespace: 'shop' }),
      /not running \(the pod is Pending\).*diagnose_resource/,
    );
    assert.match(await refused(['ls'], { name: 'bxo' }), /There is no .*"bxo".*Nearest: box/);
  });

  it('closes the connection when the call is cancelled', async () => {
    const [begun, ended] = [`begun-${namespace.name}`, `ended-${namespace.name}`];
    const until = (file: string) =>
      shell(`until [ -e ${file} ]; do sleep 0.05; done; rm ${file}`, { timeoutSeconds: 20 });
    const cancel = new AbortController();
    // Runs as long as its output is read.
    const command = ['sh', '-c', `trap '' PIPE; touch ${begun}; while echo on; do sleep 0.05; done; touch ${ended}`];
    const call = server.client.callTool({ name: 'exec_in_pod', arguments: { name: 'box', command } }, undefined, {
      signal: cancel.signal,
    });
    const rejected = assert.rejects(call, /abort/i);
    assert.match(await until(begun), /^exit code 0/);
    cancel.abort();
    await rejected;
    assert.match(await until(ended), /^exit code 0/);
  });

  it('is refused by the switch, and by the cluster', async () => {
    const { kubeconfig } = await testCluster();
    const off = await McpServer.start(kubeconfig('admin'), ['--enable-create', '--enable-update', '--enable-delete']);
    assert.match(
      await off.error('exec_in_pod', { name: 'box', command: ['true'], namespace: namespace.name }),
      /exec_in_pod is switched off.*--enable-exec/,
    );
    assert.ok(!(await off.tools()).includes('exec_in_pod'));
    await off.stop();
    const viewer = await McpServer.start(kubeconfig('viewer'), ['--enable-exec']);
    assert.match(
      await viewer.error('exec_in_pod', { name: 'box', command: ['true'], namespace: namespace.name }),
      /User "viewer" cannot .* "pods\/exec".*\(403\)/,
    );
    await viewer.stop();
  });
});
