import { type Cluster, KubeConfig, type User as Login } from '@kubernetes/client-node';
import { stringify } from 'yaml';

/** The users that tests act as. */
export const users = ['admin', 'viewer', 'tenant', 'refused'] as const;
export type User = (typeof users)[number];

/** How a user logs in; the name is added here. */
export type Credential = Omit<Login, 'name'>;

/** The only namespace where `tenant` has rights (edit). */
export const tenantNamespace = 'team-a';

/** A token that no API server accepts. */
export const refusedToken = 'a-token-that-the-server-does-not-know';

/** A kubeconfig with a context named after each user; the first is current. */
export function kubeconfig(cluster: Cluster, credentials: Record<string, Credential>): string {
  const names = Object.keys(credentials);
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [cluster],
    users: Object.entries(credentials).map(([name, credential]) => ({ ...credential, name })),
    contexts: names.map((name) => ({
      name,
      cluster: cluster.name,
      user: name,
      ...(name === 'tenant' && { namespace: tenantNamespace }),
    })),
    currentContext: names[0],
  });
  return stringify(JSON.parse(config.exportConfig()));
}

/** Writes a kubeconfig for each user and one for all; returns their paths. */
export function writeKubeconfigs(
  cluster: Cluster,
  credentials: Record<User, Credential>,
  write: (name: string, content: string) => string,
): Record<User | 'all', string> {
  const one = (user: User) => write(`${user}.kubeconfig`, kubeconfig(cluster, { [user]: credentials[user] }));
  return {
    all: write('config', kubeconfig(cluster, credentials)),
    admin: one('admin'),
    viewer: one('viewer'),
    tenant: one('tenant'),
    refused: one('refused'),
  };
}
