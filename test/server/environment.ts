import { startCluster } from '../cluster/cluster.ts';
import type { Cluster, RealNode } from '../cluster/running-cluster.ts';
import { seedDemo } from '../cluster/seed-demo.ts';
import { seedLive } from '../cluster/seed-live.ts';

let started: Promise<Cluster> | undefined;

/** This test run's cluster, started on first use: with the demo seed, or with a real node and its seed. */
export function testCluster({ node = false } = {}): Promise<Cluster> {
  const progress = (message: string) => console.error(`  cluster: ${message}`);
  started ??= startCluster({ progress, node }).then(async (cluster) => {
    await (cluster.node ? seedLive(cluster, cluster.node) : seedDemo(cluster));
    return cluster;
  });
  return started;
}

/** Its real node, once joined. @throws if there is none. */
export async function realNode(): Promise<RealNode> {
  const { node } = await testCluster();
  if (!node) throw new Error('this needs a real node, and the cluster has none');
  await node.ready;
  return node;
}

/** Ends the cluster if any test started it. */
export async function stopTestCluster(): Promise<void> {
  const cluster = await started?.catch(() => undefined);
  await cluster?.stop();
  started = undefined;
}
