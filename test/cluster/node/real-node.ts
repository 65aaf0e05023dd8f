import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster as Endpoint } from '@kubernetes/client-node';
import type { Program } from '../../support/guardian.ts';
import type { ApiClient } from '../api-client.ts';
import type { Ports } from '../components.ts';
import type { DataFolder } from '../data-folder.ts';
import type { RealNode } from '../running-cluster.ts';
import { kubeconfig } from '../users.ts';
import { NODE_ADDRESS, NODE_NAME, SERVICE_CIDR, writeNodeConfig } from './config.ts';
import { createGroups } from './control-groups.ts';
import { writeNodeImages } from './node-images.ts';
import { ON_REAL_NODE } from './node-objects.ts';
import type { NodePrograms } from './programs.ts';

/** If even the guardian is killed, the kernel ends what it started. */
const DIES_WITH_PARENT = ['--pdeathsig', 'KILL'];
const NAMESPACES = ['--mount', '--pid', '--net', '--uts', '--ipc', '--fork', '--kill-child', '--mount-proc'];

/** Writes a real node's configuration; returns what runs: the node and the passage to its network. */
export async function prepareNode(
  programs: NodePrograms,
  data: DataFolder,
  ports: Ports,
  endpoint: Endpoint,
): Promise<Program[]> {
  for (const folder of ['cni', 'images']) mkdirSync(data.file(`node/${folder}`), { recursive: true });
  const folder = writeNodeConfig(data, programs.cniFolder, programs.runc);
  const server = { ...endpoint, server: `https://${NODE_ADDRESS}:6443` };
  for (const [file, name] of [
    ['kubelet', 'node'],
    ['kube-proxy', 'kube-proxy'],
  ] as const) {
    data.write(`node/${file}.kubeconfig`, kubeconfig(server, { [name]: data.login(name) }));
  }
  await writeNodeImages(programs, join(folder, 'images'));
  const groups = createGroups();
  const passage = join(import.meta.dirname, 'passage.ts');
  const script = join(import.meta.dirname, 'namespaces.sh');
  const run = [script, folder, NODE_NAME, NODE_ADDRESS, SERVICE_CIDR, ...groups];
  const path = process.env.PATH ?? '';
  return [
    {
      name: 'passage',
      command: 'setpriv',
      args: [
        ...DIES_WITH_PARENT,
        process.execPath,
        passage,
        'outside',
        folder,
        String(ports.apiServer),
        String(ports.nodeProxy),
      ],
      env: { PATH: process.env.PATH },
      folder,
    },
    {
      name: 'node',
      command: 'setpriv',
      args: [...DIES_WITH_PARENT, 'unshare', ...NAMESPACES, ...run],
      env: {
        PATH: [...programs.commands, '/usr/sbin', '/sbin', path].join(':'),
        LD_LIBRARY_PATH: programs.libraries.join(':'),
        HOME: folder,
        NODE: process.execPath,
        PASSAGE: passage,
      },
      folder,
      groups,
    },
  ];
}

/** What tests need of a running node. */
export function realNode(ctr: string, ports: Ports, data: DataFolder, started: Promise<unknown>): RealNode {
  const ready = started.then(() => {});
  // Its failure reaches whoever awaits it.
  ready.catch(() => {});
  return {
    placement: ON_REAL_NODE,
    address: NODE_ADDRESS,
    proxy: new URL(`http://127.0.0.1:${ports.nodeProxy}`),
    ready,
    importImage: async (file) => {
      const args = ['--address', data.file('node/containerd.sock'), '--namespace', 'k8s.io', 'images', 'import', file];
      await promisify(execFile)(ctr, args);
    },
  };
}

/** It has joined, has its images, and resolves names. */
export async function nodeReady(client: ApiClient, data: DataFolder): Promise<boolean> {
  if (!existsSync(data.file('node/imported'))) return false;
  type Conditions = { status?: { conditions?: { type: string; status: string }[] } } | undefined;
  const holds = async (path: string, type: string) =>
    ((await client.get(path)) as Conditions)?.status?.conditions?.some(
      (condition) => condition.type === type && condition.status === 'True',
    ) ?? false;
  const dns = '/apis/apps/v1/namespaces/kube-system/deployments/coredns';
  return (await holds(`/api/v1/nodes/${NODE_NAME}`, 'Ready')) && (await holds(dns, 'Available'));
}
