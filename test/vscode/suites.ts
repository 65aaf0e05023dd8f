import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findHelm } from '../cluster/binaries.ts';
import type { Cluster } from '../cluster/running-cluster.ts';
import { seedReleases } from '../cluster/seed-releases.ts';
import { testCluster } from '../server/environment.ts';
import { firstLine, type Score, total } from '../support/side-by-side.ts';
import { bundleSuite } from './harness/bundle.ts';
import { vsix } from './harness/pack.ts';
import { runInVsCode } from './harness/run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A VS Code window, and the tests inside it: those in the folder of the same name. */
export interface WindowSuite {
  name: string;
  trust: boolean;
  /** The workspace's own settings. */
  settings: object;
  /** Installs the extension as users do, instead of running it from here. */
  installed?: boolean;
  language?: string;
  /** The extension under development; by default one that does nothing. */
  developed?: string;
  /** The workspace has no Kubernetes files. */
  plain?: boolean;
  /** Nor does the user's home. */
  homeless?: boolean;
  /** Two folders: the second has the viewer's kubeconfig and no settings. */
  twoFolders?: boolean;
  /** The namespace `releases` has releases, the workspace has their chart, and PATH has helm. */
  releases?: boolean;
}

export const windows: readonly WindowSuite[] = [
  { name: 'trusted', trust: false, settings: {}, installed: true },
  {
    name: 'untrusted',
    trust: true,
    settings: { 'mcpK8s.enableCreate': true, 'mcpK8s.enableUpdate': true, 'mcpK8s.enableDelete': true },
  },
  {
    name: 'consent',
    trust: false,
    settings: { 'mcpK8s.enableUpdate': true, 'mcpK8s.enableDelete': true },
    installed: true,
  },
  { name: 'plain', trust: false, settings: {}, installed: true, plain: true },
  {
    name: 'documents',
    trust: false,
    // In a browser VS Code auto-saves by default.
    settings: { 'mcpK8s.enableCreate': true, 'mcpK8s.enableUpdate': true, 'files.autoSave': 'off' },
    installed: true,
  },
  { name: 'yaml', trust: false, settings: {}, installed: true, developed: 'yaml-extension' },
  {
    name: 'kubernetes',
    trust: false,
    settings: {},
    installed: true,
    developed: 'kubernetes-extension',
    plain: true,
  },
  { name: 'folders', trust: false, settings: { 'mcpK8s.enableCreate': true }, installed: true, twoFolders: true },
  { name: 'empty', trust: false, settings: {}, installed: true, plain: true, homeless: true },
  {
    name: 'helm',
    trust: false,
    settings: { 'mcpK8s.enableHelmRollback': true, 'files.autoSave': 'off' },
    installed: true,
    releases: true,
  },
  { name: 'chinese', trust: false, settings: {}, installed: true, language: 'zh-cn' },
];

/**
 * Runs tests inside VS Code, each window in its own workspace with the admin's kubeconfig.
 * @param themes those in which screenshots are taken: a dark and a light one, or the one that is set.
 */
export async function runVsCodeSuites(
  suites: readonly WindowSuite[],
  grep: string | undefined,
  themes: 'both' | 'current',
): Promise<Score> {
  const cluster = await testCluster();
  const scores: Score[] = [];
  for (const {
    name,
    trust,
    settings,
    installed,
    developed,
    language,
    plain,
    homeless,
    twoFolders,
    releases,
  } of suites) {
    console.log(`\n  in VS Code, ${name}`);
    const folder = await workspace(plain ? undefined : cluster.kubeconfig(), settings);
    if (releases) await withReleases(folder, cluster);
    const state = await mkdtemp(join(tmpdir(), 'mcp-k8s-state-'));
    try {
      const result = await runInVsCode({
        // VS Code runs tests only for an extension under development, even one that does nothing.
        extensionDevelopmentPath: installed ? join(root, 'test', 'vscode', developed ?? 'empty-extension') : root,
        ...(installed ? { extensions: [vsix] } : {}),
        ...(language ? { language } : {}),
        testsPath: await bundleSuite(join(root, 'test', 'vscode', name), join(root, 'dist', 'test', name)),
        folder: twoFolders ? await withSecondFolder(folder, cluster.kubeconfig('viewer')) : folder,
        trust,
        // No forwarding of the ports of the cluster and of VS Code itself.
        settings: { 'remote.autoForwardPorts': false },
        ...(grep ? { grep } : {}),
        env: {
          ...(homeless ? { KUBECONFIG: undefined, HOME: state } : { KUBECONFIG: cluster.kubeconfig('viewer') }),
          // The tests must not touch the user's own journal.
          XDG_STATE_HOME: state,
          ...(releases
            ? { PATH: `${dirname((await findHelm(console.error)).path)}${delimiter}${process.env.PATH}` }
            : {}),
          TEST_KUBECTL: cluster.kubectl,
          TEST_VSIX: vsix,
          TEST_THEMES: themes,
          TEST_ADMIN_KUBECONFIG: cluster.kubeconfig('admin'),
        },
      });
      const failed = [
        ...result.failures.map(({ title, message }) => `${title}: ${firstLine(message)}`),
        // A skipped test did not pass.
        ...result.skipped.map((title) => `${title}: skipped`),
      ].map((failure) => `${name}: ${failure}`);
      scores.push({ passed: result.passed, failed });
    } finally {
      await rm(folder, { recursive: true });
      await rm(state, { recursive: true });
    }
  }
  return total(scores);
}

async function withReleases(folder: string, cluster: Cluster): Promise<void> {
  await cluster.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'releases' } });
  await seedReleases(cluster, 'releases');
  await cp(join(root, 'test', 'server', 'charts', 'web'), join(folder, 'web'), { recursive: true });
}

async function workspace(kubeconfig: string | undefined, settings: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-workspace-'));
  if (kubeconfig) await cp(kubeconfig, join(folder, 'kubeconfig.yaml'));
  await writeFile(join(folder, 'notes.md'), '# Notes\n');
  await mkdir(join(folder, '.vscode'));
  await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings, null, 2));
  return folder;
}

/** Splits a workspace folder into two, the second the viewer's; returns the file that lists both. */
async function withSecondFolder(folder: string, kubeconfig: string): Promise<string> {
  for (const name of ['admins', 'viewers']) await mkdir(join(folder, name));
  for (const name of ['kubeconfig.yaml', 'notes.md', '.vscode'])
    await rename(join(folder, name), join(folder, 'admins', name));
  await cp(kubeconfig, join(folder, 'viewers', 'kubeconfig.yaml'));
  await writeFile(join(folder, 'viewers', 'notes.md'), '# Notes\n');
  const file = join(folder, 'both.code-workspace');
  await writeFile(file, JSON.stringify({ folders: [{ path: 'admins' }, { path: 'viewers' }] }));
  return file;
}
