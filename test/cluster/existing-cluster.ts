import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { Progress } from '../support/cache.ts';
import { ApiClient, type KubeObject } from './api-client.ts';
import { rights } from './base-objects.ts';
import { findKubectl } from './binaries.ts';
import type { Cluster } from './running-cluster.ts';
import { type Credential, refusedToken, type User, writeKubeconfigs } from './users.ts';

const namespace = 'mcp-k8s-test';

/** Adds the test users to an existing cluster; `stop` removes everything added through the client. */
export async function existingCluster(file: string, progress: Progress): Promise<Cluster> {
  const config = new KubeConfig();
  config.loadFromFile(file);
  const cluster = config.getCurrentCluster();
  const admin = config.getCurrentUser();
  if (!cluster || !admin) throw new Error(`TEST_KUBECONFIG: ${file} has no current context with a cluster and a user`);
  const folder = mkdtempSync(join(tmpdir(), 'mcp-k8s-existing-'));
  const client = await ApiClient.fromKubeconfig(file, { guest: true });
  const stop = async () => {
    await client.removeApplied();
    client.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const kubectl = await findKubectl(progress);
    const account = (name: string) => ({ kind: 'ServiceAccount', namespace, name });
    const accounts: KubeObject[] = ['viewer', 'tenant'].map((name) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace },
    }));
    const home: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    for (const object of [home, ...accounts, ...rights(account)]) await client.apply(object);
    const credentials: Record<User, Credential> = {
      admin,
      viewer: { token: await token(client, 'viewer') },
      tenant: { token: await token(client, 'tenant') },
      refused: { token: refusedToken },
    };
    const write = (name: string, content: string) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    const files = writeKubeconfigs(cluster, credentials, write);
    const { gitVersion } = (await client.get('/version')) as { gitVersion: string };
    return {
      server: cluster.server,
      ca: cluster.caFile ?? (cluster.caData && write('ca.crt', Buffer.from(cluster.caData, 'base64').toString())),
      kubectl: kubectl.path,
      versions: { kubernetes: gitVersion, kubectl: kubectl.version },
      timings: {},
      kubeconfig: (user) => files[user ?? 'all'],
      client,
      node: undefined,
      trustIssuer: () => {
        throw new Error('the API server of an existing cluster is not made to trust an issuer');
      },
      restartApiServer: () => Promise.reject(new Error('the API server of an existing cluster is not restarted')),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function token(client: ApiClient, name: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } };
  const { status, body } = await client.send('POST', path, { body: request });
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${body}`);
  return (JSON.parse(body) as { status: { token: string } }).status.token;
}
