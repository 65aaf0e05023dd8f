import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, type Progress } from '../support/cache.ts';
import { build } from './build.ts';
import {
  buildKey,
  helm3Module,
  helmModule,
  type Module,
  modules,
  prometheusModule,
  registryModule,
} from './modules.ts';

/** A program of the cluster. */
export interface Binary {
  path: string;
  version: string;
}

/** The programs of a cluster. */
export type BinaryName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubectl'
  | 'kwok'
  | 'metrics-server';
export type Binaries = Record<BinaryName, Binary>;

/** Finds every binary in `KUBEBUILDER_ASSETS` or the user's cache, and builds the rest. */
export async function findBinaries(progress: Progress): Promise<Binaries> {
  const found: Record<string, Binary> = {};
  for (const module of modules) Object.assign(found, await moduleBinaries(module, progress));
  return found as Binaries;
}

/** Only kubectl: all a test needs with an existing cluster. */
export async function findKubectl(progress: Progress): Promise<Binary> {
  const module = modules.find(({ packages }) => packages.kubectl);
  if (!module) throw new Error('no module has kubectl');
  const { kubectl } = await moduleBinaries(module, progress, ['kubectl']);
  if (!kubectl) throw new Error('kubectl was not built');
  return kubectl;
}

/** Helm, to render charts. */
export function findHelm(progress: Progress): Promise<Binary> {
  return onlyBinary(helmModule, progress);
}

/** Helm of the major version before. */
export function findHelm3(progress: Progress): Promise<Binary> {
  return onlyBinary(helm3Module, progress);
}

/** An OCI registry. */
export function findRegistry(progress: Progress): Promise<Binary> {
  return onlyBinary(registryModule, progress);
}

/** Prometheus, to scrape the cluster. */
export function findPrometheus(progress: Progress): Promise<Binary> {
  return onlyBinary(prometheusModule, progress);
}

async function onlyBinary(module: Module, progress: Progress): Promise<Binary> {
  const [found] = Object.values(await moduleBinaries(module, progress));
  if (!found) throw new Error(`${module.name} was not built`);
  return found;
}

/** All or some of a module's binaries. */
export async function moduleBinaries(
  module: Module,
  progress: Progress,
  names = Object.keys(module.packages),
): Promise<Record<string, Binary>> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folder = cacheFolder('cluster', buildKey(module));
  const found: Record<string, Binary> = {};
  const missing: string[] = [];
  for (const name of names) {
    const asset = process.env.KUBEBUILDER_ASSETS && join(process.env.KUBEBUILDER_ASSETS, name + suffix);
    const cached = join(folder, name + suffix);
    if (asset && existsSync(asset)) {
      found[name] = { path: asset, version: 'from KUBEBUILDER_ASSETS' };
      continue;
    }
    found[name] = { path: cached, version: module.version };
    if (!existsSync(cached)) missing.push(name);
  }
  if (missing.length > 0) await build(module, missing, folder, suffix, progress);
  return found;
}
