import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { EditorChannel } from '../../src/extension/servers/editor-channel.ts';
import type { Agreement, KubeconfigInQuestion } from '../../src/protocol.ts';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';

export const VERSION = 'client.authentication.k8s.io/v1';

/** A workspace filled by a stranger, alongside the user's own files. */
export interface Stranger {
  /** The workspace folder. */
  workspace: string;
  /** A folder outside it. */
  outside: string;
  /** The admin's kubeconfig, optionally with another user. */
  kubeconfig(user?: object): Promise<string>;
  /** Writes an executable script that leaves a trace, then prints the given text. */
  program(path: string, after?: string): Promise<string>;
  /** Whether anything of the stranger's ran. */
  hasRun(): boolean;
  forget(): Promise<void>;
  /** A server, by default in the workspace and with it untrusted. */
  start(kubeconfig: string, args?: readonly string[], env?: Record<string, string>): Promise<McpServer>;
  /** An editor that gives the current `answer`. */
  editor(answer: (question: KubeconfigInQuestion) => Agreement | Promise<Agreement>): EditorChannel;
}

/** Makes a workspace for each test; removes it and stops whatever was started. */
export function stranger(): Stranger {
  const made = {} as Stranger;
  let folder: string;
  let marker: string;
  const servers: McpServer[] = [];
  const channels: EditorChannel[] = [];
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'mcp-k8s-stranger-')));
    marker = join(folder, 'ran');
    made.workspace = join(folder, 'workspace');
    made.outside = join(folder, 'outside');
    for (const path of [made.workspace, made.outside]) await mkdir(path);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    for (const channel of channels.splice(0)) channel.dispose();
    await rm(folder, { recursive: true });
  });
  made.kubeconfig = async (user) => {
    const config = parse(await readFile((await testCluster()).kubeconfig('admin'), 'utf8'));
    if (user) for (const entry of config.users) entry.user = user;
    return stringify(config);
  };
  made.program = async (path, after = '') => {
    await writeFile(path, `#!/bin/sh\n${leaveTrace(marker)}\n${after}\n`);
    await chmod(path, 0o755);
    return path;
  };
  made.hasRun = () => existsSync(marker);
  made.forget = () => rm(marker, { force: true });
  made.start = async (kubeconfig, args = [], env = {}) => {
    const distrust = args.some((arg) => arg.startsWith('--distrust')) ? [] : [`--distrust=${made.workspace}`];
    const server = await McpServer.start(kubeconfig, [...distrust, ...args], env, {}, made.workspace);
    servers.push(server);
    return server;
  };
  made.editor = (answer) => {
    const channel = new EditorChannel({
      onShown: () => {},
      onReview: async () => ({ applied: false }),
      onKubeconfig: async (question) => answer(question),
      log: () => {},
    });
    channels.push(channel);
    return channel;
  };
  return made;
}

/** A shell script line that records that it ran. */
function leaveTrace(marker: string): string {
  return `echo ran >> '${marker}'`;
}

/** A shell script line that prints a token. */
export function printToken(token: string): string {
  return `echo '${JSON.stringify({ apiVersion: VERSION, kind: 'ExecCredential', status: { token } })}'`;
}

/** Makes every request that needs the cluster; returns all the answers as text. */
export async function tryEverything(server: McpServer): Promise<string> {
  const { client } = server;
  const said = (error: unknown) => String(error instanceof Error ? error.message : error);
  const tools = [
    ['get_resource', { kind: 'namespace', name: 'shop' }],
    ['list_resources', { kind: 'pods' }],
    ['list_contexts', {}],
    ['get_api_resources', {}],
    ['diagnose_resource', { kind: 'deployment', name: 'web', namespace: 'shop' }],
  ] as const;
  const texts = await Promise.all([
    ...tools.map(async ([tool, input]) => (await server.call(tool, input)).text),
    client.readResource({ uri: 'k8s:///_/namespaces/shop.yaml' }).then((read) => JSON.stringify(read), said),
    client.getPrompt({ name: 'cluster-health' }).then((prompt) => JSON.stringify(prompt), said),
    client
      .complete({
        ref: { type: 'ref/resource', uri: 'k8s:///{namespace}/{kind}/{name}.yaml' },
        argument: { name: 'namespace', value: '' },
      })
      .then((found) => JSON.stringify(found), said),
  ]);
  return texts.join('\n');
}
