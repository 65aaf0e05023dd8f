import type { Kubeconfig } from '../../kubernetes/client/kubeconfig.ts';
import type { Target } from './targets.ts';

/**
 * Reads a target's kubeconfig.
 * @throws UntrustedKubeconfigError when the user has not agreed to it, UserError when it cannot be read.
 */
export async function readKubeconfig({ kubeconfig, permit }: Target): Promise<Kubeconfig> {
  const { kubeconfigPaths, loadKubeconfig } = await import('../../kubernetes/client/kubeconfig.ts');
  return loadKubeconfig(kubeconfigPaths(kubeconfig.paths), permit, kubeconfig.paths.length > 0);
}
