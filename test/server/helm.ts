import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { findHelm } from '../cluster/binaries.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';

/** The chart of the tests. */
export const CHART = fileURLToPath(new URL('charts/web', import.meta.url));

let home: string | undefined;

/** A separate home folder, empty for Helm; temporary files of the servers are there, too. */
export function helmHome(): string {
  home ??= mkdtempSync(join(tmpdir(), 'helm-home-'));
  return home;
}

/** Runs helm as admin, as in a user's terminal. @throws with its stderr. */
export async function helm(...args: string[]): Promise<string> {
  const [{ path }, cluster] = await Promise.all([findHelm(console.error), testCluster()]);
  const env = { PATH: process.env.PATH ?? '', HOME: helmHome(), KUBECONFIG: cluster.kubeconfig('admin') };
  return (await promisify(execFile)(path, args, { env, maxBuffer: 64 << 20 })).stdout;
}

/** The parts of a release that a test may set. */
export interface Stored {
  name: string;
  namespace: string;
  revision?: number;
  status?: string;
  manifest?: string;
  config?: Record<string, unknown>;
  notes?: string;
  description?: string;
}

/** A release as Helm stores it, in a Secret. */
export function releaseSecret(stored: Stored, payload = payloadOf(stored)): object {
  const { name, namespace, revision = 1, status = 'deployed' } = stored;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.${name}.v${revision}`,
      namespace,
      labels: { owner: 'helm', name, status, version: String(revision), modifiedAt: '1780000000' },
    },
    data: { release: Buffer.from(payload).toString('base64') },
  };
}

/** Helm's encoding of it: base64 of compressed JSON. */
export function payloadOf({ name, namespace, revision = 1, status = 'deployed', ...rest }: Stored): string {
  const release = {
    name,
    namespace,
    version: revision,
    info: {
      status,
      description: rest.description ?? '',
      notes: rest.notes ?? '',
      first_deployed: '2026-05-01T00:00:00Z',
      last_deployed: '2026-05-02T00:00:00Z',
    },
    chart: { metadata: { name: 'web', version: '1.0.0', appVersion: '2.4' }, values: {}, templates: [] },
    config: rest.config ?? {},
    manifest: rest.manifest ?? '',
  };
  return gzipSync(JSON.stringify(release)).toString('base64');
}

/** The flags that let an agent change releases. */
export const WRITES = ['install', 'upgrade', 'rollback', 'uninstall'].map((name) => `--enable-helm-${name}`);

/** A server in the test charts' folder, its workspace, as admin and without reviews. */
export async function startWithCharts(...args: string[]): Promise<McpServer> {
  const [{ path }, cluster] = await Promise.all([findHelm(console.error), testCluster()]);
  const flags = [`--helm=${path}`, '--review=off', ...args];
  const env = { HOME: helmHome(), TMPDIR: helmHome() };
  return McpServer.start(cluster.kubeconfig('admin'), flags, env, {}, dirname(CHART));
}
