import { renameSync } from 'node:fs';
import type { Cluster as Endpoint } from '@kubernetes/client-node';
import type { Progress } from '../support/cache.ts';
import { Processes } from '../support/processes.ts';
import { ApiClient, inParallel } from './api-client.ts';
import { baseObjects } from './base-objects.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { AUTHENTICATION_CONFIG, Components, type Ports, portNames, subjects } from './components.ts';
import { DataFolder } from './data-folder.ts';
import { existingCluster } from './existing-cluster.ts';
import { writeKwokConfig } from './kwok-config.ts';
import { REAL_LABEL } from './node/config.ts';
import { nodeObjects } from './node/node-objects.ts';
import { findNodePrograms, type NodePrograms } from './node/programs.ts';
import { nodeReady, prepareNode, realNode } from './node/real-node.ts';
import { freePorts } from './ports.ts';
import type { Cluster, TokenIssuer } from './running-cluster.ts';
import { type Credential, refusedToken, type User, writeKubeconfigs } from './users.ts';

/** How to start a cluster. */
export interface ClusterOptions {
  /** Reports slow steps; silent by default. */
  progress?: Progress;
  /** Whether to run one real node, if this machine supports it. */
  node?: boolean;
}

const attempts = 3;

/** Starts a control plane with simulated nodes and, if possible, a real one, or connects to `TEST_KUBECONFIG`. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const progress = options.progress ?? (() => {});
  if (process.env.TEST_KUBECONFIG) return existingCluster(process.env.TEST_KUBECONFIG, progress);
  const binaries = await findBinaries(progress);
  const nodePrograms = options.node ? await findNodePrograms(progress) : undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(binaries, nodePrograms);
    } catch (error) {
      // Another process may take a port after we find it free and before the component listens on it.
      const lost = error instanceof Error && error.message.includes('address already in use');
      if (!lost || attempt === attempts) throw error;
      progress('a port was taken meanwhile, starting again with others');
    }
  }
}

async function start(binaries: Binaries, nodePrograms: NodePrograms | undefined): Promise<Cluster> {
  const begin = performance.now();
  const timings: Record<string, number> = {};
  const ports: Ports = await freePorts(portNames);
  const data = await DataFolder.create({
    ...subjects,
    admin: { name: 'admin', groups: ['system:masters'] },
    tenant: { name: 'tenant', groups: ['mcp-k8s:tenants'] },
  });
  const processes = new Processes(data.path);
  const components = new Components(binaries, data, ports, nodePrograms !== undefined);
  const ready = async (name: string, check: () => Promise<boolean>) => {
    await processes.until(name, check, 60);
    timings[name] = Math.round(performance.now() - begin);
  };
  // Callers that need no real node do not wait for it.
  const preparing =
    nodePrograms &&
    prepareNode(nodePrograms, data, ports, components.endpoint).then((programs) => {
      for (const program of programs) processes.start(program);
    });
  let client: ApiClient | undefined;
  try {
    const files = writeUsers(data, components.endpoint);
    trustIssuers(data, []);
    processes.start(components.etcd());
    processes.start(components.apiServer());
    processes.start(components.kubelet());
    const admin = await ApiClient.fromKubeconfig(files.admin);
    client = admin;
    const healthy = (port: number, path: string) => async () =>
      (await admin.send('GET', path, { server: new URL(`https://127.0.0.1:${port}`) })).status === 200;
    await ready('etcd', healthy(ports.etcd, '/readyz'));
    await ready('kube-apiserver', healthy(ports.apiServer, '/readyz'));
    const { gitVersion } = (await admin.get('/version')) as { gitVersion: string };
    processes.start(components.controllerManager());
    processes.start(components.scheduler());
    processes.start(components.metricsServer());
    const objects = [...baseObjects(ports, data.caCertificate, gitVersion), ...(preparing ? nodeObjects() : [])];
    await inParallel(objects, 8, (object) => admin.apply(object));
    processes.start(components.kwok(writeKwokConfig(data, ports, nodePrograms !== undefined)));
    await Promise.all([
      ready('kube-controller-manager', () => canCreatePods(admin)),
      ready('kube-scheduler', healthy(ports.scheduler, '/readyz')),
      ready('kwok', () => simulatedNodesReady(admin)),
      ready('kubelet', healthy(ports.kubelet, '/healthz')),
      ready('metrics-server', async () => (await admin.send('GET', '/apis/metrics.k8s.io/v1beta1')).status === 200),
    ]);
    return {
      server: components.endpoint.server,
      ca: data.ca,
      kubectl: binaries.kubectl.path,
      versions: {
        kubernetes: gitVersion,
        ...Object.fromEntries(Object.entries(binaries).map(([name, { version }]) => [name, version])),
      },
      timings,
      kubeconfig: (user) => files[user ?? 'all'],
      client: admin,
      node:
        nodePrograms &&
        preparing &&
        realNode(
          nodePrograms.ctr,
          ports,
          data,
          preparing.then(() => processes.until('node', () => nodeReady(admin, data))),
        ),
      trustIssuer: (issuer) => trustIssuers(data, [issuer]),
      restartApiServer: async (meanwhile) => {
        await processes.stop('kube-apiserver');
        await meanwhile?.();
        processes.start(components.apiServer());
        await processes.until('kube-apiserver', healthy(ports.apiServer, '/readyz'), 60);
      },
      stop: async () => {
        admin.close();
        await processes.end();
      },
    };
  } catch (error) {
    client?.close();
    await preparing?.catch(() => {});
    await processes.end();
    throw error;
  }
}

function writeUsers(data: DataFolder, cluster: Endpoint): Record<User | 'all', string> {
  const viewerToken = 'viewer-token-for-tests-only';
  data.write('tokens.csv', `${viewerToken},viewer,viewer,"mcp-k8s:viewers"\n`);
  const credentials: Record<User, Credential> = {
    admin: data.login('admin'),
    viewer: { token: viewerToken },
    tenant: data.login('tenant'),
    refused: { token: refusedToken },
  };
  return writeKubeconfigs(cluster, credentials, (name, content) => data.write(name, content));
}

/** Writes whose tokens the API server takes: `oidc:` comes before the names of users and groups. */
function trustIssuers(data: DataFolder, issuers: readonly TokenIssuer[]): void {
  const prefixed = (claim: string) => ({ claim, prefix: 'oidc:' });
  const jwt = issuers.map(({ url, ca, audience }) => ({
    issuer: { url, certificateAuthority: ca, audiences: [audience] },
    claimMappings: { username: prefixed('sub'), groups: prefixed('groups') },
  }));
  const content = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration', jwt };
  // Renamed, so that no half of it is read.
  renameSync(data.write(`${AUTHENTICATION_CONFIG}.new`, JSON.stringify(content)), data.file(AUTHENTICATION_CONFIG));
}

/** Pods are refused until the controller manager has created the namespace's service account. */
async function canCreatePods(client: ApiClient): Promise<boolean> {
  return (await client.get('/api/v1/namespaces/default/serviceaccounts/default')) !== undefined;
}

async function simulatedNodesReady(client: ApiClient): Promise<boolean> {
  const nodes = (await client.get(`/api/v1/nodes?labelSelector=!${REAL_LABEL}`)) as {
    items: { status?: { conditions?: { type: string; status: string }[] } }[];
  };
  return nodes.items.every(({ status }) =>
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
}
