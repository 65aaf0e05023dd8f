/**
 * `npm run bench`: our server beside a peer on the scale seed. After `--`: `--quick` takes fewer samples, `--limit N`
 * lists in pages of N, `--server <bundle>` measures that bundle instead of building one, `--json <file>` keeps the
 * figures, `--jobs` only counts what agents' jobs cost, `--http` only measures many HTTP clients (`--clients 200
 * --seconds 300`), `--scale` only how time and memory grow with large amounts, and `--endurance` only works
 * for an hour, or so many minutes as follow, with disturbances.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startCluster } from '../cluster/cluster.ts';
import type { Cluster } from '../cluster/running-cluster.ts';
import { seedDemo } from '../cluster/seed-demo.ts';
import { seedScale } from '../cluster/seed-scale.ts';
import { IMAGES } from '../jobs/evaluation/answering.ts';
import { slowdown } from '../support/load.ts';
import { bench, defaultPage } from './bench.ts';
import { type EnduranceInput, endurance } from './endurance.ts';
import { renderEndurance } from './endurance-report.ts';
import { httpLoad } from './http-load.ts';
import { jobCosts } from './job-costs.ts';
import { installPeer, peerPackage } from './peer.ts';
import { isMet, keptRow, renderJobs, renderRows, renderTasks } from './report.ts';
import { isWithin, renderScale, scale } from './scale.ts';
import { UNLIMITED } from './servers.ts';

/** A quiet machine takes at most this many times as long for the same work as it should. */
const QUIET = 1.3;
const root = fileURLToPath(new URL('../..', import.meta.url));
const progress = (line: string) => console.error(`bench: ${line}`);

async function run(home: string, started: (cluster: Cluster) => void): Promise<void> {
  const { server, quick, limit, jobs, json, http, scale: onlyScale, clients, seconds: duration, minutes } = options();
  const script = server ?? (await buildInto(home));
  const keep = async (figures: object) => json && writeFile(json, `${JSON.stringify(figures, undefined, 2)}\n`);
  if (minutes !== undefined) {
    const cluster = await startCluster({ progress });
    started(cluster);
    await keep(await endure({ cluster, script, home, clients, minutes }));
    return;
  }
  if (onlyScale) {
    const rows = await scale(script, home, progress);
    console.log(`What grows, on a stand-in of an API server. ${quietness(slowdown())}\n\n${renderScale(rows)}`);
    await keep({ scale: rows });
    return;
  }
  const peer = await installPeer(progress);
  const cluster = await startCluster({ progress });
  started(cluster);
  if (http) {
    await seedDemo(cluster);
    const before = loadavg();
    const rows = await httpLoad({ cluster, script, peer, home, clients, seconds: duration, progress });
    console.log(`${conditions(cluster, before)}\nA call that fails ends the run: none did.\n\n${renderRows(rows)}`);
    return;
  }
  await seedDemo(cluster);
  const costs = await jobCosts({ cluster, script, peer, home, progress });
  const { table, missed: dearer } = renderTasks(costs.tasks, IMAGES);
  console.log(`What jobs cost an agent: calls, and the text of their answers.\n\n${renderJobs(costs.jobs)}\n`);
  console.log(`The tasks of the peer's own evaluation, by both on this cluster.\n\n${table}\n`);
  console.log(`${dearer === 0 ? 'Every bound is met.' : `${dearer} missed.`}\n`);
  const kept = { peer: peerPackage, kubernetes: cluster.versions.kubernetes, without: IMAGES, ...costs };
  await keep(kept);
  if (jobs) return;
  await seedScale(cluster, progress);
  const slowness = slowdown();
  const before = loadavg();
  const begin = performance.now();
  const rows = await bench({ cluster, script, peer, home, quick, limit, progress });
  const seconds = Math.round((performance.now() - begin) / 1_000);
  console.log(
    `${conditions(cluster, before)}, ${seconds} s\n` +
      `${quietness(slowness)}\n` +
      `Medians; lists in pages of ${limit}. The peer is ${peerPackage.name} ${peerPackage.version} with the limits that ` +
      `it sets itself lifted (${Object.keys(UNLIMITED).join(', ')}).\n\n${renderRows(rows)}`,
  );
  const amounts = await scale(script, home, progress);
  console.log(`\nWhat grows, on a stand-in of an API server.\n\n${renderScale(amounts)}`);
  await keep({ ...kept, slowness, load: before, rows: rows.map(keptRow), scale: amounts });
  const missed = rows.filter((row) => !isMet(row)).length + amounts.filter((row) => !isWithin(row)).length;
  console.log(`\n${missed === 0 ? 'Every target is met.' : `${missed} missed.`}`);
}

async function endure({
  minutes,
  ...input
}: Pick<EnduranceInput, 'script' | 'home' | 'clients'> & { cluster: Cluster; minutes: number }): Promise<object> {
  const { cluster } = input;
  await seedDemo(cluster);
  const namespace = 'endurance';
  await cluster.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const before = loadavg();
  const begin = performance.now();
  const length = minutes * 60_000;
  const found = await endurance({
    ...input,
    namespace,
    disturbances: ['nothing', 'cut', 'sleep', 'kubeconfig', 'restart', 'freeze'],
    goesOn: () => performance.now() < begin + length,
    isWarm: () => performance.now() >= begin + length / 3,
    progress,
  });
  console.log(`${conditions(cluster, before)}\n\n${renderEndurance(found)}`);
  return { kubernetes: cluster.versions.kubernetes, ...found };
}

function conditions({ versions }: Cluster, before: readonly number[]): string {
  const load = `load ${before[0]?.toFixed(1)} before and ${loadavg()[0]?.toFixed(1)} after`;
  return `Kubernetes ${versions.kubernetes}, Node ${process.version}, ${availableParallelism()} cores, ${load}`;
}

function quietness(slowness: number): string {
  if (slowness < QUIET) return 'The machine was quiet.';
  return `THE MACHINE WAS NOT QUIET: before, the same work took ${slowness.toFixed(1)} times as long as it should. Only processor times and ratios say something.`;
}

interface Options {
  quick: boolean;
  limit: number;
  server: string | undefined;
  jobs: boolean;
  json: string | undefined;
  http: boolean;
  scale: boolean;
  clients: number;
  seconds: number;
  /** Of endurance; undefined to measure something else. */
  minutes: number | undefined;
}

function options(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      endurance: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      limit: { type: 'string', default: String(defaultPage) },
      server: { type: 'string' },
      jobs: { type: 'boolean', default: false },
      json: { type: 'string' },
      http: { type: 'boolean', default: false },
      scale: { type: 'boolean', default: false },
      clients: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '300' },
    },
  });
  const { limit, server, json, clients, seconds, endurance, ...switches } = values;
  const minutes = endurance ? Number(positionals[0] ?? 60) : undefined;
  return {
    ...switches,
    minutes,
    limit: Number(limit),
    server,
    json,
    clients: Number(clients),
    seconds: Number(seconds),
  };
}

// A copy, so a build during the run has no effect.
async function buildInto(folder: string): Promise<string> {
  const build = spawn(process.execPath, ['esbuild.mjs', '--production'], { cwd: root, stdio: 'inherit' });
  const [code] = await once(build, 'close');
  if (code !== 0) throw new Error('the build failed');
  await cp(path.join(root, 'dist'), path.join(folder, 'dist'), {
    recursive: true,
    filter: (source) => !source.endsWith('.map'),
  });
  return path.join(folder, 'dist', 'server.cjs');
}

async function main(): Promise<void> {
  const home = await mkdtemp(path.join(tmpdir(), 'mcp-k8s-bench-'));
  let cluster: Cluster | undefined;
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => reject(new Error('interrupted')));
  });
  try {
    await Promise.race([
      interrupted,
      run(home, (started) => {
        cluster = started;
      }),
    ]);
  } finally {
    await cluster?.stop();
    await rm(home, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(`bench: ${error.message}`);
  // Interrupted work may still be running.
  process.exit(1);
});
