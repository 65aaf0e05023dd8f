/** `npm run cluster`: a cluster with the demo seed, until Ctrl+C; `-- --scale` adds the scale seed. */
import { interrupted } from '../support/interrupted.ts';
import { startCluster } from './cluster.ts';
import { seedDemo } from './seed-demo.ts';
import { seedLive } from './seed-live.ts';
import { seedScale } from './seed-scale.ts';

const started = Date.now();
const say = (line: string) => console.error(line);
const since = () => `after ${((Date.now() - started) / 1000).toFixed(1)} s`;

async function run(): Promise<void> {
  const cluster = await startCluster({ progress: say, node: true });
  const ended = interrupted();
  const seed = async () => {
    say(`Kubernetes ${cluster.versions.kubernetes} at ${cluster.server} ${since()}`);
    await seedDemo(cluster);
    say(`demo seed ${since()}`);
    if (cluster.node) {
      await seedLive(cluster, cluster.node);
      say(`real node and its seed ${since()}`);
    }
    if (process.argv.includes('--scale')) {
      await seedScale(cluster, say);
      say(`scale seed ${since()}`);
    }
    console.log(`KUBECONFIG=${cluster.kubeconfig()}`);
    say(`contexts: admin (current), viewer, tenant, refused; kubectl: ${cluster.kubectl}; Ctrl+C ends it`);
    await ended;
  };
  try {
    await Promise.race([ended, seed()]);
  } finally {
    await cluster.stop();
  }
}

run().catch((error: Error) => {
  say(error.message);
  process.exit(1);
});
