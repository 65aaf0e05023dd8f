import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import Mocha from 'mocha';
import { stopTestCluster, testCluster } from './server/environment.ts';
import { prepare } from './server/prerequisites.ts';
import { runVsCodeSuites, windows } from './vscode/suites.ts';

interface Score {
  passed: number;
  failed: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));
// VS Code gives extensions a module of this name; outside of it there are only its texts.
registerHooks({
  resolve: (name, context, next) =>
    name === 'vscode' ? next('./support/vscode.ts', { ...context, parentURL: import.meta.url }) : next(name, context),
});
type Suite = (grep: string | undefined) => Promise<Score>;
const suites: Record<string, Suite> = {
  lint: async () => {
    const style = add(await command('biome', ['check', '--error-on-warnings', '.']), await command('tsc', []));
    return add(add(style, await command('node', ['scripts/layout.ts'])), await command('knip', []));
  },
  unit: (grep) => mocha('test/unit/**/*.test.ts', grep, 20_000),
  server: async (grep) => {
    // The first start on a machine builds for minutes, which is no test's time.
    await testCluster();
    await prepare();
    return mocha('test/server/**/*.test.ts', grep, 120_000);
  },
  attacks: async (grep) => {
    await testCluster();
    return mocha('test/attacks/**/*.test.ts', grep, 120_000);
  },
  vscode: async (grep) =>
    add(await runVsCodeSuites(windows, grep), await mocha('test/vscode/window/*.test.ts', grep, 180_000)),
};
/** One window of VS Code alone: `vscode/documents`. */
const windowSuites: Record<string, Suite> = Object.fromEntries(
  windows.map((window) => [`vscode/${window.name}`, (grep) => runVsCodeSuites([window], grep)]),
);

/** Runs the named suites, or all, one after the other; `--grep <text>` picks tests by name, `--update` is for answers.test.ts. */
async function main(args: string[]): Promise<void> {
  const at = args.indexOf('--grep');
  const grep = at < 0 ? undefined : args.splice(at, 2)[1];
  const named = args.filter((name) => name !== '--update');
  const chosen = named.length > 0 ? named : Object.keys(suites);
  let score: Score = { passed: 0, failed: 0 };
  try {
    if (chosen.some((name) => name !== 'lint' && name !== 'unit')) await build();
    for (const name of chosen) {
      const suite = suites[name] ?? windowSuites[name];
      const names = [suites, windowSuites].flatMap(Object.keys).join(', ');
      if (!suite) throw new Error(`There is no suite "${name}"; there are: ${names}.`);
      const begin = performance.now();
      console.log(`\n━━ ${name}`);
      const result = await suite(grep);
      console.log(`━━ ${name}: ${result.passed} passed, ${result.failed} failed in ${seconds(begin)} s`);
      score = add(score, result);
    }
  } finally {
    await stopTestCluster();
  }
  console.log(`\n${score.passed} passed, ${score.failed} failed`);
  // What a failed test left open would keep this process for ever.
  process.exit(score.failed > 0 || score.passed === 0 ? 1 : 0);
}

// As users get it, so that what is tested is what is shipped.
async function build(): Promise<void> {
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
      // A skipped test is a test that did not pass.
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
