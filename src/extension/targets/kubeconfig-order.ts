import { join } from 'node:path';

/** Where a workspace folder keeps a kubeconfig of its own, best first. */
export const WORKSPACE_FILES = ['kubeconfig', 'kubeconfig.yaml', 'kubeconfig.yml', '.kubeconfig', '.kube/config'];

/** The places to look at. */
export interface KubeconfigSources {
  /** The paths of the `mcpK8s.kubeconfig` setting. */
  setting: readonly string[];
  folder: string | undefined;
  /** A kubeconfig can name a program to run, so a folder that is not trusted gives none. */
  trusted: boolean;
  isFile(path: string): Promise<boolean>;
  /** What the Kubernetes extension uses now; empty when it is not there. */
  kubernetesExtension(): Promise<readonly string[]>;
}

export interface FoundKubeconfig {
  /** Empty: the default ones, which the shared core finds (`KUBECONFIG`, `~/.kube/config`, in-cluster). */
  paths: readonly string[];
  source: 'setting' | 'workspace' | 'kubernetesExtension' | 'default';
}

/**
 * The kubeconfig of a folder: the setting's, the folder's own, the Kubernetes extension's, or none in particular. Whether the
 * user has agreed to it does not matter here: another one would lead to another cluster than is meant.
 */
export async function findKubeconfig(sources: KubeconfigSources): Promise<FoundKubeconfig> {
  const { setting, folder, trusted } = sources;
  if (setting.length > 0) return { paths: setting, source: 'setting' };
  if (trusted && folder !== undefined) {
    const candidates = WORKSPACE_FILES.map((name) => join(folder, name));
    const present = await Promise.all(candidates.map((path) => sources.isFile(path)));
    const first = candidates.find((_, index) => present[index]);
    if (first !== undefined) return { paths: [first], source: 'workspace' };
  }
  if (trusted) {
    const paths = await sources.kubernetesExtension();
    if (paths.length > 0) return { paths, source: 'kubernetesExtension' };
  }
  return { paths: [], source: 'default' };
}
