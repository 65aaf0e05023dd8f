import assert from 'node:assert/strict';
import { TerminalSession } from '../../src/kubernetes/workloads/terminal-session.ts';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';
import { scratchNamespace } from '../server/scratch.ts';
import { adminClient } from './client.ts';
import { applyPods, script } from './pods.ts';
import { waitFor } from './waiting.ts';

describe('a command in a real container', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const client = adminClient();
  before(async () => {
    const { kubeconfig } = await testCluster();
    server = await McpServer.start(kubeconfig('admin'), ['--namespace', namespace.name, '--enable-exec']);
    await applyPods(
      namespace.name,
      { name: 'box', containers: [script('exec sleep infinity')] },
      { name: 'done', restartPolicy: 'Never', containers: [script('true')] },
    );
    await server.text('wait_for_resource', { kind: 'pod', name: 'box', for: 'ready' });
  });
  after(() => server.stop());
  const run = (...command: string[]) => server.call('exec_in_pod', { name: 'box', command });
  const shell = (text: string) => run('sh', '-c', text);

  it('ends with its exit code, or with the signal that ended it', async () => {
    for (const code of [0, 1, 126, 127, 255])
      assert.match((await shell(`exit ${code}`)).text, new RegExp(`^exit code ${code} `));
    assert.match((await shell('kill -KILL $$')).text, /^exit code 137 /);
    assert.match((await shell('kill -TERM $$')).text, /^exit code 143 /);
  });

  it('is told apart from one that cannot be started', async () => {
    const { text, isError } = await run('no-such-program');
    assert.ok(isError, text);
    assert.match(text, /no-such-program/);
  });

  it('gets its arguments as they are, and keeps what it prints apart', async () => {
    assert.match((await run('printf', '%s|', 'a b', '$HOME', '*', 'ü')).text, /\na b\|\$HOME\|\*\|ü\|$/);
    assert.match((await shell('echo out; echo err >&2')).text, /\nout\nstderr:\nerr$/);
  });

  it('is not run in a container that has ended', async () => {
    const text = await waitFor(async () => {
      const answer = await server.call('exec_in_pod', { name: 'done', command: ['true'] });
      return answer.isError ? answer.text : undefined;
    });
    assert.match(text, /Completed|has ended|terminated|not running/i);
  });

  it('has a terminal, whose size follows that of the window', async () => {
    let output = '';
    const place = { namespace: namespace.name, pod: 'box', container: 'app', command: ['sh'] };
    const signal = AbortSignal.timeout(60_000);
    const session = await TerminalSession.start(await client(), {
      ...place,
      signal,
      onOutput: (text) => (output += text),
    });
    const shows = (pattern: RegExp) =>
      waitFor(
        async () => pattern.test(output) || undefined,
        () => output,
      );
    session.resize(101, 31);
    session.write('stty size\n');
    await shows(/31 101/);
    session.resize(77, 22);
    session.write('stty size\n');
    await shows(/22 77/);
    // Ctrl+C reaches the program, not the session.
    session.write('sleep 1000\n');
    await shows(/sleep 1000/);
    session.write('\u0003');
    session.write('echo "after $?"\n');
    await shows(/after 130/);
    session.write('exit 5\n');
    assert.deepEqual(await session.ended, { exitCode: 5 });
  });
});
