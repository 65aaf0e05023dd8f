import { startCluster } from '../cluster/cluster.ts';
import type { Cluster } from '../cluster/running-cluster.ts';
import { seedDemo } from '../cluster/seed-demo.ts';

let started: Promise<Cluster> | undefined;

/** The cluster of this test run with the demo seed on it, started when first asked for. */
export function testCluster(): Promise<Cluster> {
  started ??= startCluster({ progress: (message) => console.error(`  cluster: ${message}`) }).then(async (cluster) => {
    await seedDemo(cluster);
    return cluster;
  });
  return started;
}

/** Ends the cluster if any test asked for it. */
export async function stopTestCluster(): Promise<void> {
  const cluster = await started?.catch(() => undefined);
  await cluster?.stop();
  started = undefined;
}
