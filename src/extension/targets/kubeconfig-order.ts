import { join } from 'node:path';

/** Where a workspace folder may keep its own kubeconfig, best first. */
export const WORKSPACE_FILES = ['kubeconfig', 'kubeconfig.yaml', 'kubeconfig.yml', '.kubeconfig', '.kube/config'];

/** The places to look in. */
export interface KubeconfigSources {
  /** The paths of the `mcpK8s.kubeconfig` setting. */
  setting: readonly string[];
  folder: string | undefined;
  /** A kubeconfig can name a program to run, so an untrusted folder provides none. */
  trusted: boolean;
  isFile(path: string): Promise<boolean>;
  /** What the Kubernetes extension uses now; empty when it is not there. */
  kubernetesExtension(): Promise<readonly string[]>;
}

export interface FoundKubeconfig {
  /** Empty: the shared core's defaults (`KUBECONFIG`, `~/.kube/config`, in-cluster). */
  paths: readonly string[];
  source: 'setting' | 'workspace' | 'kubernetesExtension' | 'default';
}

/**
 * The kubeconfig of a folder: the setting's, the folder's own, the Kubernetes extension's, or the default. The user's
 * consent does not matter here: falling back to another kubeconfig would reach the wrong cluster.
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
