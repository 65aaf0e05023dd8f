import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { stopTestCluster, testCluster } from './server/environment.ts';
import { prepare } from './server/prerequisites.ts';
import { cacheFolder } from './support/cache.ts';
import { firstLine, type Runs, type Score, sideBySide, total } from './support/side-by-side.ts';
import { packExtension } from './vscode/harness/pack.ts';
import { runVsCodeSuites, windows } from './vscode/suites.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
// Of test files without their types, too.
enableCompileCache(cacheFolder('compiled'));
// VS Code provides a module of this name; outside it, only its texts are needed.
registerHooks({
  resolve: (name, context, next) =>
    name === 'vscode' ? next('./support/vscode.ts', { ...context, parentURL: import.meta.url }) : next(name, context),
});
type Suite = (grep: string | undefined) => Promise<Score>;
const suites: Record<string, Suite> = {
  vscode: async (grep) => total([await runVsCodeSuites(windows, grep, themes), await browserTests(grep)]),
  server: async (grep) => {
    // A machine's first start builds for minutes, which must not count against a test.
    await testCluster();
    await prepare();
    return mocha('test/server/**/*.test.ts', grep, 120_000);
  },
  node: async (grep) => {
    // A cluster left by another suite has no real node.
    await stopTestCluster();
    const { node } = await testCluster({ node: true });
    if (node) return mocha('test/node/**/*.test.ts', grep, 120_000);
    console.log(
      process.env.TEST_KUBECONFIG
        ? 'The tests of real containers are left out: no API imports their images into the nodes of TEST_KUBECONFIG.'
        : 'Without a real node the tests of real containers are left out.',
    );
    return { passed: 0, failed: [] };
  },
  attacks: async (grep) => {
    await testCluster();
    return mocha('test/attacks/**/*.test.ts', grep, 120_000);
  },
  unit: (grep) => mocha('test/unit/**/*.test.ts', grep, 60_000),
  lint: async () =>
    total([
      await command('biome', ['check', '--error-on-warnings', '.']),
      await command('tsc', []),
      await command('node', ['scripts/layout.ts']),
      await command('node', ['scripts/regular-expressions.ts']),
      await command('knip', []),
    ]),
};
/** A single VS Code window: `vscode/documents`. */
const windowSuites: Record<string, Suite> = {
  ...Object.fromEntries(
    windows.map((window) => [
      `vscode/${window.name}`,
      (grep: string | undefined) => runVsCodeSuites([window], grep, themes),
    ]),
  ),
  'vscode/window': browserTests,
};
const [mainWindow = '', ...otherWindows] = Object.keys(windowSuites);
/** What runs in parallel: the longest first, so the last to start does not run on alone. */
const runs: Runs = {
  'server 1/2': ['server', '--shard', '1/2'],
  'server 2/2': ['server', '--shard', '2/2'],
  'vscode 1/2': otherWindows,
  'vscode 2/2': [mainWindow],
  attacks: ['attacks'],
  node: ['node'],
  unit: ['unit'],
  lint: ['lint'],
};
/** Set by `--shard 1/2`, which picks every second test file, from the first. */
let shard = { index: 0, count: 1 };
/** Nobody looks at the screenshots of a whole run, and to change the theme costs a second of the processor. */
let themes: 'both' | 'current' = 'both';

/**
 * Runs the named suites in sequence, or all in parallel; `--grep <text>` picks tests by name, `--update` is for
 * answers.test.ts.
 */
async function main(args: string[]): Promise<void> {
  const { values, positionals: chosen } = parseArgs({
    args,
    allowPositionals: true,
    // `built` is for child processes of this program, whose build is done.
    options: {
      grep: { type: 'string' },
      shard: { type: 'string', default: '1/1' },
      built: { type: 'boolean' },
      update: { type: 'boolean' },
    },
  });
  const [index = 1, count = 1] = values.shard.split('/').map(Number);
  shard = { index: index - 1, count };
  if (values.built) themes = 'current';
  const names = [suites, windowSuites].flatMap(Object.keys);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown) throw new Error(`There is no suite "${unknown}"; there are: ${names.join(', ')}.`);
  if (!values.built) await build(chosen);
  const score = await (chosen.length > 0 ? inTurn(chosen, values.grep) : all(values.grep));
  for (const failure of score.failed) console.log(`✘ ${failure}`);
  console.log(`\n${score.passed} passed, ${score.failed.length} failed`);
  await new Promise<unknown>((sent) => (process.send ? process.send(score, sent) : sent(undefined)));
  // Handles that a failed test left open would keep this process alive.
  process.exit(score.failed.length > 0 || score.passed === 0 ? 1 : 0);
}

/** Each suite has its own process and cluster; if all share one cluster, they run in sequence. */
async function all(grep: string | undefined): Promise<Score> {
  if (process.env.TEST_KUBECONFIG) return inTurn(Object.keys(suites), grep);
  return sideBySide(fileURLToPath(import.meta.url), runs, ['--built', ...(grep ? ['--grep', grep] : [])]);
}

async function inTurn(names: string[], grep: string | undefined): Promise<Score> {
  const scores: Score[] = [];
  try {
    for (const name of names) {
      const begin = performance.now();
      console.log(`\n━━ ${name}`);
      const score = (await (suites[name] ?? windowSuites[name])?.(grep)) ?? { passed: 0, failed: [] };
      console.log(`━━ ${name}: ${score.passed} passed, ${score.failed.length} failed in ${seconds(begin)} s`);
      scores.push(score);
    }
  } finally {
    await stopTestCluster();
  }
  return total(scores);
}

// The shipped build, so the tests cover what users get.
async function build(chosen: string[]): Promise<void> {
  if (chosen.length === 0 || chosen.some((name) => name === 'node' || name.startsWith('vscode'))) await packExtension();
  else if (chosen.some((name) => name !== 'lint' && name !== 'unit')) await esbuild();
}

async function esbuild(): Promise<void> {
  const { failed } = await command('node', ['esbuild.mjs', '--production']);
  if (failed.length > 0) throw new Error('The build failed.');
}

/** Of VS Code in a browser, without an extension host. */
function browserTests(grep: string | undefined): Promise<Score> {
  return mocha('test/vscode/window/*.test.ts', grep, 180_000);
}

async function mocha(pattern: string, grep: string | undefined, timeout: number): Promise<Score> {
  const runner = new Mocha({ timeout, ...(grep ? { grep } : {}) });
  const files = globSync(pattern, { cwd: root }).sort();
  for (const file of files.filter((_, at) => at % shard.count === shard.index)) runner.addFile(`${root}${file}`);
  await runner.loadFilesAsync();
  return new Promise((resolve) => {
    const failed: string[] = [];
    const run = runner
      .run(() => resolve({ passed: run.stats?.passes ?? 0, failed }))
      // A skipped test did not pass.
      .on('pending', (test) => failed.push(`${test.fullTitle()}: skipped`))
      .on('fail', (test, error) => failed.push(`${test.fullTitle()}: ${firstLine(error.message)}`));
  });
}

async function command(name: string, args: string[]): Promise<Score> {
  const child = spawn(name, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  const code = await new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  console.log(`${code === 0 ? '✔' : '✘'} ${name}`);
  return code === 0 ? { passed: 1, failed: [] } : { passed: 0, failed: [name] };
}

function seconds(begin: number): string {
  return ((performance.now() - begin) / 1000).toFixed(1);
}

await main(process.argv.slice(2));
