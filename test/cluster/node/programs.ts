import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Progress } from '../../support/cache.ts';
import { moduleBinaries } from '../binaries.ts';
import { nodeModules } from '../modules.ts';
import { assertDivisible } from './control-groups.ts';
import { programOf, unpackPackages } from './debian.ts';

/** The programs of a real node. */
export interface NodePrograms {
  /** The folders of its commands, for PATH, and of the libraries that some need. */
  commands: string[];
  libraries: string[];
  cniFolder: string;
  runc: string;
  ctr: string;
  /** Run in pods. */
  busybox: string;
  coredns: string;
  localPathProvisioner: string;
}

/** Finds or builds all that a real node needs; if it cannot run here, says why in a line. */
export async function findNodePrograms(progress: Progress): Promise<NodePrograms | undefined> {
  try {
    await checkMachine();
    return await makePrograms(progress);
  } catch (error) {
    progress(`no real node, all pods are simulated: ${(error as Error).message.trim()}`);
    return undefined;
  }
}

async function makePrograms(progress: Progress): Promise<NodePrograms> {
  const packages = await unpackPackages(progress);
  const paths: Record<string, string> = {};
  for (const module of nodeModules) {
    const binaries = await moduleBinaries(module, progress);
    for (const [name, { path }] of Object.entries(binaries)) paths[name] = path;
  }
  const path = (name: string) => {
    const found = paths[name];
    if (!found) throw new Error(`${name} was not built`);
    return found;
  };
  const nft = programOf(packages, 'usr/sbin/nft');
  return {
    commands: [...new Set([...['kubelet', 'containerd'].map(path), nft].map(dirname))],
    libraries: [join(packages, 'usr/lib', `${LIBRARIES[process.arch]}-linux-gnu`)],
    cniFolder: dirname(path('ptp')),
    runc: programOf(packages, 'usr/sbin/runc'),
    ctr: path('ctr'),
    busybox: programOf(packages, 'bin/busybox', 'usr/bin/busybox'),
    coredns: path('coredns'),
    localPathProvisioner: path('local-path-provisioner'),
  };
}

const LIBRARIES: Record<string, string> = { x64: 'x86_64', arm64: 'aarch64' };
/** Puts devices and mounts in separate namespaces, which vanish when the command ends. */
const PROBE = 'ip link add br0 type bridge && ip link add pod0 type veth peer name pod1 && mount -t tmpfs tmpfs /run';
const NAMESPACES = ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup', '--fork'];

/** @throws what this machine lacks. */
async function checkMachine(): Promise<void> {
  if (process.platform !== 'linux') throw new Error('it needs Linux');
  if (process.getuid?.() !== 0) throw new Error('it needs root');
  assertDivisible();
  const run = promisify(execFile);
  await run('unshare', [...NAMESPACES, 'sh', '-c', PROBE]);
}
