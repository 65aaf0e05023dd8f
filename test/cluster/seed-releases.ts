import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findHelm } from './binaries.ts';
import type { Cluster } from './running-cluster.ts';

const CHART = fileURLToPath(new URL('../server/charts/web', import.meta.url));

/** A healthy release, and one whose last upgrade failed: its pods crash because a setting is missing. */
export async function seedReleases(cluster: Pick<Cluster, 'kubeconfig'>, namespace: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'helm-seed-'));
  const { path } = await findHelm(console.error);
  const env = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: cluster.kubeconfig('admin') };
  const helm = async (verb: string, name: string, values: object, ...more: string[]) => {
    const set = Object.entries(values).map(([key, value]) => `--set-json=${key}=${JSON.stringify(value)}`);
    await promisify(execFile)(path, [verb, name, CHART, `--namespace=${namespace}`, ...set, ...more], { env });
  };
  try {
    await Promise.all([
      helm('install', 'storefront', { greeting: 'welcome' }).then(() =>
        helm('upgrade', 'storefront', { greeting: 'welcome back', replicas: 2 }),
      ),
      helm('install', 'checkout', { greeting: 'hello' }).then(() =>
        helm(
          'upgrade',
          'checkout',
          { greeting: 'hello', image: 'nginx:1.29', podAnnotations: { 'demo.mcp-k8s/behaviour': 'crash-loop' } },
          ...['--wait', '--timeout=5s'],
        ).then(
          () => Promise.reject(new Error('the upgrade that was to fail did not')),
          (error: Error & { stderr?: string }) => {
            if (!/UPGRADE FAILED/.test(error.stderr ?? '')) throw error;
          },
        ),
      ),
    ]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
