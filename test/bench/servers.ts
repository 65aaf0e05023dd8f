import path, { dirname } from 'node:path';
import { serverDefinition } from '../../src/extension/settings/server-definition.ts';
import { parseSettings } from '../../src/extension/settings/setting-values.ts';
import { findHelm } from '../cluster/binaries.ts';
import { CHART } from '../jobs/evaluation/task.ts';
import type { Peer } from './peer.ts';
import type { Answer, Command, Session } from './session.ts';

/** The namespace of the scale seed. */
export const namespace = 'scale';

/** The kinds to list, with their object names in the scale seed. */
export const kinds = {
  Pod: { plural: 'pods', prefix: 'pod' },
  ConfigMap: { plural: 'configmaps', prefix: 'config' },
} as const;
export type Kind = keyof typeof kinds;

/** What to list. */
export interface ListInput {
  kind: Kind;
  allNamespaces?: boolean;
  labelSelector?: string;
  /** Ours only; the peer has no pages. */
  limit?: number;
}

/** A server to measure: how to start it, and which of its calls match the other's. */
export interface Server {
  start: Command;
  getPod(session: Session, name: string): Promise<Answer>;
  /** All answers of a list, through its last page. */
  list(session: Session, input: ListInput): Promise<Answer[]>;
}

/** Our server with default settings, started as the extension does, or `bare`, without the extension's environment. */
export function ours(kubeconfig: string, script: string, home: string): Server & { bare: Command; uncached: Command } {
  const { command, args, env } = serverDefinition({
    settings: parseSettings({}, true, { home, folder: undefined, env: {} }),
    kubeconfig: [kubeconfig],
    places: [],
    name: undefined,
    cwd: home,
    script,
    execPath: process.execPath,
    version: '0.0.0',
    compileCache: path.join(home, 'compile-cache'),
    editors: path.join(home, 'editors'),
  });
  const bare = { command, args, env: environment(home) };
  return {
    bare,
    uncached: { ...bare, env: { ...bare.env, NODE_DISABLE_COMPILE_CACHE: '1' } },
    start: { ...bare, env: { ...bare.env, ...env } },
    getPod: (session, name) => session.call('get_resource', { kind: 'Pod', name, namespace }),
    async list(session, { kind, allNamespaces, labelSelector, limit }) {
      const answers: Answer[] = [];
      const input = { kind, labelSelector, limit, ...(allNamespaces ? {} : { namespace }) };
      for (let token: string | undefined; answers.length === 0 || token; ) {
        const answer = await session.call('list_resources', { ...input, continue: token });
        token = /continue="([^"]+)"/.exec(answer.text.slice(-2_000))?.[1];
        answers.push(answer);
      }
      return answers;
    },
  };
}

/** Our server with writes switched on, in a folder with charts. */
export async function writing(kubeconfig: string, script: string, home: string): Promise<Command> {
  const switches = ['create', 'update', 'delete', 'exec', 'helm-install', 'helm-uninstall'].map(
    (name) => `--enable-${name}`,
  );
  const helm = (await findHelm(console.error)).path;
  return {
    command: process.execPath,
    args: [script, '--kubeconfig', kubeconfig, '--helm', helm, ...switches],
    env: environment(home),
    cwd: dirname(CHART),
  };
}

/** By default the peer sends five requests a second, and waits. */
export const UNLIMITED = { KUBE_CLIENT_QPS: '10000', KUBE_CLIENT_BURST: '10000' };

/** The peer with its defaults, or with the named toolsets, and its limits lifted. */
export function theirs(
  kubeconfig: string,
  peer: Peer,
  home: string,
  toolsets: readonly string[] = [],
): Server & { launcher: Command } {
  const args = ['--kubeconfig', kubeconfig, ...toolsets];
  const env = { ...environment(home), ...UNLIMITED };
  return {
    start: { command: peer.program, args, env },
    launcher: { command: process.execPath, args: [peer.launcher, ...args], env },
    getPod: (session, name) => session.call('pods_get', { name, namespace }),
    list: async (session, { kind, allNamespaces, labelSelector }) => [
      await session.call('resources_list', {
        apiVersion: 'v1',
        kind,
        labelSelector,
        ...(allNamespaces ? {} : { namespace }),
      }),
    ],
  };
}

/** The names in a list's answers; throws on a duplicate. */
export function namesIn(answers: readonly Answer[], kind: Kind): Set<string> {
  const pattern = new RegExp(`(?<=^|\\s)${kinds[kind].prefix}-\\d{4}(?=\\s|$)`, 'g');
  const names = answers.flatMap(({ text }) => text.match(pattern) ?? []);
  const distinct = new Set(names);
  if (distinct.size !== names.length) throw new Error(`${names.length - distinct.size} ${kind} are in the list twice`);
  return distinct;
}

function environment(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, USERPROFILE: home };
}
