import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { stopTestCluster, testCluster } from './server/environment.ts';
import { prepare } from './server/prerequisites.ts';
import { type Score, sideBySide } from './support/side-by-side.ts';
import { packExtension } from './vscode/harness/pack.ts';
import { runVsCodeSuites, windows } from './vscode/suites.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
// VS Code provides a module of this name; outside it, only its texts are needed.
registerHooks({
  resolve: (name, context, next) =>
    name === 'vscode' ? next('./support/vscode.ts', { ...context, parentURL: import.meta.url }) : next(name, context),
});
type Suite = (grep: string | undefined) => Promise<Score>;
/** Longest first, so the last to start does not run on alone. */
const suites: Record<string, Suite> = {
  vscode: async (grep) =>
    add(await runVsCodeSuites(windows, grep), await mocha('test/vscode/window/*.test.ts', grep, 180_000)),
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
    console.log('Without a real node the tests of real containers are left out.');
    return { passed: 0, failed: 0 };
  },
  attacks: async (grep) => {
    await testCluster();
    return mocha('test/attacks/**/*.test.ts', grep, 120_000);
  },
  unit: (grep) => mocha('test/unit/**/*.test.ts', grep, 20_000),
  lint: async () => {
    const style = add(await command('biome', ['check', '--error-on-warnings', '.']), await command('tsc', []));
    return add(add(style, await command('node', ['scripts/layout.ts'])), await command('knip', []));
  },
};
/** A single VS Code window: `vscode/documents`. */
const windowSuites: Record<string, Suite> = Object.fromEntries(
  windows.map((window) => [`vscode/${window.name}`, (grep) => runVsCodeSuites([window], grep)]),
);

/**
 * Runs the named suites in sequence, or all in parallel; `--grep <text>` picks tests by name, `--update` is for
 * answers.test.ts.
 */
async function main(args: string[]): Promise<void> {
  const { values, positionals: chosen } = parseArgs({
    args,
    allowPositionals: true,
    // `built` is for child processes of this program, whose build is done.
    options: { grep: { type: 'string' }, built: { type: 'boolean' }, update: { type: 'boolean' } },
  });
  const names = [suites, windowSuites].flatMap(Object.keys);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown) throw new Error(`There is no suite "${unknown}"; there are: ${names.join(', ')}.`);
  if (!values.built) await build(chosen);
  const score = await (chosen.length > 0 ? inTurn(chosen, values.grep) : all(values.grep));
  console.log(`\n${score.passed} passed, ${score.failed} failed`);
  await new Promise<unknown>((sent) => (process.send ? process.send(score, sent) : sent(undefined)));
  // Handles that a failed test left open would keep this process alive.
  process.exit(score.failed > 0 || score.passed === 0 ? 1 : 0);
}

/** Each suite has its own process and cluster; if all share one cluster, they run in sequence. */
async function all(grep: string | undefined): Promise<Score> {
  const names = Object.keys(suites);
  if (process.env.TEST_KUBECONFIG) return inTurn(names, grep);
  return sideBySide(fileURLToPath(import.meta.url), names, ['--built', ...(grep ? ['--grep', grep] : [])]);
}

async function inTurn(names: string[], grep: string | undefined): Promise<Score> {
  let score: Score = { passed: 0, failed: 0 };
  try {
    for (const name of names) {
      const begin = performance.now();
      console.log(`\n━━ ${name}`);
      const result = (await (suites[name] ?? windowSuites[name])?.(grep)) ?? score;
      console.log(`━━ ${name}: ${result.passed} passed, ${result.failed} failed in ${seconds(begin)} s`);
      score = add(score, result);
    }
  } finally {
    await stopTestCluster();
  }
  return score;
}

// The shipped build, so the tests cover what users get.
async function build(chosen: string[]): Promise<void> {
  if (chosen.length === 0 || chosen.some((name) => name === 'node' || name.startsWith('vscode'))) await packExtension();
  else if (chosen.some((name) => name !== 'lint' && name !== 'unit')) await esbuild();
}

async function esbuild(): Promise<void> {
  const { failed } = await command('node', ['esbuild.mjs', '--production']);
  if (failed > 0) throw new Error('The build failed.');
}

async function mocha(pattern: string, grep: string | undefined, timeout: number): Promise<Score> {
  const runner = new Mocha({ timeout, ...(grep ? { grep } : {}) });
  for (const file of globSync(pattern, { cwd: root }).sort()) runner.addFile(`${root}${file}`);
  await runner.loadFilesAsync();
  return new Promise((resolve) => {
    const run = runner.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = run.stats ?? {};
      // A skipped test did not pass.
      resolve({ passed: passes, failed: failures + pending });
    });
  });
}

async function command(name: string, args: string[]): Promise<Score> {
  const child = spawn(name, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  const code = await new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  console.log(`${code === 0 ? '✔' : '✘'} ${name}`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function add(a: Score, b: Score): Score {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}

function seconds(begin: number): string {
  return ((performance.now() - begin) / 1000).toFixed(1);
}

await main(process.argv.slice(2));
