import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { EditorChannel } from '../../src/extension/servers/editor-channel.ts';
import type { Agreement, KubeconfigInQuestion } from '../../src/protocol.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';

const READ = ['get_resource', { kind: 'namespace', name: 'shop' }] as const;

// The editor channel is real; the test supplies the user's answers.
describe('a kubeconfig that the user has to agree to', () => {
  let folder: string;
  let kubeconfig: string;
  let marker: string;
  let text: string;
  let channel: EditorChannel;
  let server: McpServer;
  let asked: KubeconfigInQuestion[];
  let answer: (question: KubeconfigInQuestion) => Agreement;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-trusted-'));
    kubeconfig = join(folder, 'kubeconfig');
    marker = join(folder, 'ran');
    text = await readFile((await testCluster()).kubeconfig('admin'), 'utf8');
    await writeFile(kubeconfig, text);
    asked = [];
    answer = () => 'waiting';
    channel = new EditorChannel({
      onShown: () => {},
      onReview: async () => ({ applied: false }),
      onKubeconfig: async (question) => {
        asked.push(question);
        return answer(question);
      },
      log: () => {},
    });
    server = await McpServer.start(kubeconfig, [], await channel.environment(undefined));
  });
  afterEach(async () => {
    await server.stop();
    channel.dispose();
    await rm(folder, { recursive: true });
  });

  /** Approves the file's current content. */
  async function agree(): Promise<void> {
    await server.call(...READ);
    const agreed = asked.at(-1)?.fingerprint;
    answer = ({ fingerprint }) => (fingerprint === agreed ? 'agreed' : 'waiting');
  }

  it('is not used before, by no tool, and no other in its place; then by the same server', async () => {
    assert.ok((await server.tools()).includes('get_resource'));
    for (const [tool, input] of [READ, ['list_contexts', {}], ['get_api_resources', {}]] as const)
      assert.match(await server.error(tool, input), /has not yet agreed to the kubeconfig.* call again after it/s);
    assert.equal(asked[0]?.path, kubeconfig);
    await agree();
    assert.match(await server.text(...READ), /kind: Namespace/);
  });

  it('is not used after a no, which the agent is told to report', async () => {
    answer = () => 'refused';
    assert.match(await server.error(...READ), /refused the kubeconfig.*report it/s);
  });

  it('never runs a program that came into the file after the agreement', async () => {
    await agree();
    assert.match(await server.text(...READ), /kind: Namespace/);
    const changed = parse(text);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'touch', args: [marker] };
    for (const user of changed.users) user.user = { exec: { ...exec, interactiveMode: 'Never' } };
    await writeFile(kubeconfig, stringify(changed));
    assert.match(await server.error(...READ), /has not yet agreed/);
    assert.equal(existsSync(marker), false);
    await writeFile(kubeconfig, text);
    assert.match(await server.text(...READ), /kind: Namespace/);
    answer = () => 'agreed';
    await writeFile(kubeconfig, stringify(changed));
    await server.error(...READ);
    assert.equal(existsSync(marker), true, 'with an agreement it would have run');
  });

  it('is not used when the editor is gone', async () => {
    channel.dispose();
    answer = () => 'agreed';
    assert.match(await server.error(...READ), /has not yet agreed/);
  });
});
