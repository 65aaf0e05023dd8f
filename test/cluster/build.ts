import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeOnce, type Progress } from '../support/cache.ts';
import { type Module, neededGo } from './modules.ts';

const heartbeat = 15_000;

/** Builds a module's binaries into `folder`; each appears there complete or not at all. */
export async function build(
  module: Module,
  names: string[],
  folder: string,
  suffix: string,
  progress: Progress,
): Promise<void> {
  for (const name of names) {
    const make = async (temporary: string) => {
      await checkGo(module);
      await goBuild(module, name, temporary, progress);
    };
    await makeOnce(join(folder, name + suffix), make, progress);
  }
}

async function goBuild(module: Module, name: string, output: string, progress: Progress): Promise<void> {
  const goPackage = module.packages[name] ?? '';
  const stamps = Object.entries(module.stamps()).map(([variable, value]) => `-X ${variable}=${value}`);
  const flags = ['-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags', ['-s -w', ...stamps].join(' ')];
  if (module.tags) flags.push('-tags', module.tags);
  const title = `${name} ${module.version}`;
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  progress(`building ${title} (once; it is kept in the cache)`);
  const timer = setInterval(() => progress(`building ${title}: ${elapsed()}`), heartbeat);
  try {
    await go(['build', ...flags, '-o', output, goPackage], module.folder);
    progress(`built ${title} in ${elapsed()}`);
  } finally {
    clearInterval(timer);
  }
}

/** Fails with the three options if Go is missing or cannot build this module. */
async function checkGo(module: Module): Promise<void> {
  await go(['env', 'GOVERSION'], module.folder).catch((error: Error) => {
    const choices = [
      'The tests need a Kubernetes control plane, and this machine has neither one nor the means to build it. Choose one:',
      `  1. Install Go ${neededGo} or newer (https://go.dev/dl); the rest is then built once, in a few minutes.`,
      '  2. Set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl (setup-envtest makes one);',
      '     what is not in it (controller manager, scheduler, KWOK, metrics-server) still has to be built with Go once.',
      '  3. Set TEST_KUBECONFIG to the kubeconfig of an existing cluster that the tests may use, kind for example.',
      `The go command said: ${error.message.trim()}`,
    ];
    throw new Error(choices.join('\n'));
  });
}

async function go(args: string[], cwd: string): Promise<void> {
  // Without cgo the result does not depend on a C compiler; Kubernetes' own releases do the same.
  // With more garbage at a time, the compiler needs a fifth less of the processor.
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', GOGC: '400' };
  await promisify(execFile)('go', args, { cwd, env, maxBuffer: 64 << 20 });
}
