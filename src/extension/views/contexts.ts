import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { rulesOf } from '../../kubernetes/rules.ts';
import type { Target } from '../targets/targets.ts';
import { readKubeconfig } from '../targets/trusted-kubeconfig.ts';
import type { ContextNode, TargetNode } from './nodes.ts';

/**
 * The contexts of a target's kubeconfig, the current one first; none if there is no kubeconfig.
 * @throws UserError when the kubeconfig cannot be read, UntrustedKubeconfigError when it may not be used.
 */
export async function contextNodes(target: Target, parent: TargetNode | undefined): Promise<ContextNode[]> {
  const [{ NoKubeconfigError, shadowedOf, withoutUserInfo }, { Policy }] = await Promise.all([
    import('../../kubernetes/client/kubeconfig.ts'),
    import('../../kubernetes/policy.ts'),
  ]);
  const policy = new Policy(rulesOf(target.settings));
  try {
    const kubeconfig = await readKubeconfig(target);
    const { contexts, clusters, currentContext } = kubeconfig;
    const inUse = target.settings.context ?? currentContext ?? contexts[0]?.name;
    const nodes = contexts.map((entry): ContextNode => {
      const { name, context } = entry;
      const cluster = clusters.find((one) => isObject(context) && one.name === context.cluster)?.cluster;
      return {
        type: 'context',
        // A name may contain the separator of ids.
        id: `${parent?.id ?? ''}/context/${encodeURIComponent(name.toWellFormed())}`,
        parent,
        target,
        name,
        server: isObject(cluster) ? withoutUserInfo(String(cluster.server)) : '',
        isCurrent: name === inUse,
        isProtected: policy.isProtected(name),
        shadowed: shadowedOf(kubeconfig, entry),
      };
    });
    return nodes.sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent));
  } catch (error) {
    if (error instanceof NoKubeconfigError) return [];
    throw error;
  }
}
