import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from './binaries.ts';
import { withLock } from './lock.ts';
import { type Module, neededGo } from './modules.ts';

const heartbeat = 15_000;

/** Builds a module's binaries into `folder`; each appears there whole or not at all. */
export async function build(
  module: Module,
  names: string[],
  folder: string,
  suffix: string,
  progress: Progress,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await withLock(join(folder, 'lock'), progress, async () => {
    await checkGo(module);
    for (const name of names) {
      const target = join(folder, name + suffix);
      // Another run may have built it while this one waited for the lock.
      if (existsSync(target)) continue;
      const temporary = `${target}.${process.pid}`;
      try {
        await goBuild(module, name, temporary, progress);
        renameSync(temporary, target);
      } finally {
        rmSync(temporary, { force: true });
      }
    }
  });
}

async function goBuild(module: Module, name: string, output: string, progress: Progress): Promise<void> {
  const goPackage = module.packages[name] ?? '';
  const stamps = Object.entries(module.stamps()).map(([variable, value]) => `-X ${variable}=${value}`);
  const flags = ['-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags', ['-s -w', ...stamps].join(' ')];
  const title = `${name} ${module.version}`;
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  progress(`building ${title} (once; it is kept in the cache)`);
  const timer = setInterval(() => progress(`building ${title}: ${elapsed()}`), heartbeat);
  try {
    const { code, output: text } = await go(['build', ...flags, '-o', output, goPackage], module.folder);
    if (code !== 0) throw new Error(`go build ${goPackage} failed in ${module.folder}:\n${text}`);
    progress(`built ${title} in ${elapsed()}`);
  } finally {
    clearInterval(timer);
  }
}

/** Fails with the three choices where there is no Go, or none that can build this module. */
async function checkGo(module: Module): Promise<void> {
  const { code, output } = await go(['env', 'GOVERSION'], module.folder);
  if (code === 0) return;
  throw new Error(
    [
      'The tests need a Kubernetes control plane, and this machine has neither one nor the means to build it. Choose one:',
      `  1. Install Go ${neededGo} or newer (https://go.dev/dl); the rest is then built once, in a few minutes.`,
      '  2. Set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl (setup-envtest makes one);',
      '     what is not in it (controller manager, scheduler, KWOK, metrics-server) still has to be built with Go once.',
      '  3. Set TEST_KUBECONFIG to the kubeconfig of an existing cluster that the tests may use, kind for example.',
      `The go command said: ${output.trim() || 'nothing'}`,
    ].join('\n'),
  );
}

function go(args: string[], cwd: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    // Without cgo the result does not depend on a C compiler, as in Kubernetes' own releases.
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
    const child = spawn('go', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: -1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
  });
}
