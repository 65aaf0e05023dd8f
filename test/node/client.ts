import type { ApiClient } from '../../src/kubernetes/client/client.ts';
import { Cluster } from '../../src/kubernetes/client/cluster.ts';
import { testCluster } from '../server/environment.ts';

/** The extension's client, as admin; closed after the block's tests. */
export function adminClient(): () => Promise<ApiClient> {
  let cluster: Cluster | undefined;
  after(() => cluster?.close());
  return async () => {
    const { kubeconfig } = await testCluster();
    const rules = { namespaces: [], requestRefusal: () => undefined };
    cluster ??= new Cluster({ kubeconfig: [kubeconfig('admin')], permit: undefined, rules });
    return (await cluster.connect()).client;
  };
}
