import assert from 'node:assert/strict';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';

/** The container with this name has a long log. */
const CONTAINER = 'api';

// When a program prints a variable's value without its name, only the pod's spec identifies it as a credential.
describe('an attack on a log', () => {
  const namespace = scratchNamespace();
  let server: McpServer;
  let line: string;
  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--namespace', namespace.name]);
    const pod = (name: string, value: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: namespace.name },
      spec: { containers: [{ name: CONTAINER, image: 'nginx:1.29', env: [{ name: 'DB_PASSWORD', value }] }] },
    });
    await apply(JSON.stringify(pod('plain', 'nowhere-in-the-log')));
    await kubectl('wait', '--for=condition=Ready', 'pod/plain', '-n', namespace.name);
    const log = await server.text('get_pod_logs', { name: 'plain' });
    line = log.split('\n').findLast((text) => text.length > 40) ?? '';
    assert.notEqual(line, '', log);
    await apply(JSON.stringify(pod('telling', line.slice(10, 35))));
    await kubectl('wait', '--for=condition=Ready', 'pod/telling', '-n', namespace.name);
  });
  after(() => server.stop());

  it('shows no value of a variable', async () => {
    const log = await server.text('get_pod_logs', { name: 'telling' });
    assert.ok(!log.includes(line.slice(10, 18)), log);
    assert.ok(log.includes(`${line.slice(0, 10)}<redacted>${line.slice(35)}`), log);
  });

  it('finds none by grep, whether the guess is right or wrong', async () => {
    const value = line.slice(10, 35);
    const wrong = `${value.slice(0, -1)}${value.endsWith('q') ? 'z' : 'q'}`;
    const found = async (guess: string) => {
      const text = await server.text('get_pod_logs', { name: 'telling', grep: `\\Q${guess}\\E` });
      return text.split('\n')[0]?.replace(/back to.*? ago/, '');
    };
    for (const length of [8, 15, 25])
      assert.equal(await found(value.slice(0, length)), await found(`${value.slice(0, length - 1)}${wrong.slice(-1)}`));
    assert.match((await found(value)) ?? '', / 0 matching lines/);
  });
});
