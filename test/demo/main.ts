/** `npm run demo`: cluster, tour, and VS Code on a sample workspace until Ctrl+C; `-- --tour` ends after the tour. */
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startCluster } from '../cluster/cluster.ts';
import { seedDemo } from '../cluster/seed-demo.ts';
import { seedLive } from '../cluster/seed-live.ts';
import { seedReleases } from '../cluster/seed-releases.ts';
import { interrupted } from '../support/interrupted.ts';
import { Processes } from '../support/processes.ts';
import { openEditor } from './editor.ts';
import { detail, step } from './steps.ts';
import { tour } from './tour.ts';
import { makeWorkspace } from './workspace.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const onlyTour = process.argv.includes('--tour');
/** What to undo at the end, in reverse order. */
const undo: (() => Promise<void>)[] = [];

async function demo(ended: Promise<void>): Promise<void> {
  await step('Building the server and the extension', () =>
    promisify(execFile)(process.execPath, ['esbuild.mjs'], { cwd: root }),
  );
  const cluster = await step('Starting a Kubernetes control plane', () =>
    startCluster({ progress: detail, node: true }),
  );
  undo.push(() => cluster.stop());
  await step(`Seeding Kubernetes ${cluster.versions.kubernetes} with sample workloads`, async () => {
    await seedDemo(cluster);
    await seedReleases(cluster, 'team-b');
  });
  const { node } = cluster;
  if (node) await step('Running real containers on the real node', () => seedLive(cluster, node));
  const failures = await tour(cluster.kubeconfig(), node !== undefined);
  if (failures > 0) process.exitCode = 1;
  if (onlyTour) {
    console.log(
      'npm run demo, without --tour, goes on in VS Code; npm run package makes a VSIX of your own to install.',
    );
    return;
  }

  const home = await mkdtemp(path.join(tmpdir(), 'mcp-k8s-demo-'));
  // Nothing runs there; it is removed with the rest in any case.
  const guard = new Processes(home);
  undo.push(() => guard.end());
  const folder = await makeWorkspace(home, cluster.kubeconfig());
  console.log();
  undo.push(await step('Opening VS Code', () => openEditor(folder)));
  console.log(`\nThe sample workspace is ${folder}; its README says what to try. Ctrl+C ends the demo.`);
  await ended;
}

const ended = interrupted();
// An unfinished tour counts as failed.
if (onlyTour) ended.then(() => (process.exitCode = 130));
try {
  await Promise.race([ended, demo(ended)]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
for (const end of undo.reverse()) await end();
process.exit();
