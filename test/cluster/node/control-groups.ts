import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeGroup } from '../../support/control-groups.ts';

const ROOT = '/sys/fs/cgroup';
const PREFIX = 'mcp-k8s-';
let made = 0;

/** What a kubelet needs to divide, where all controllers are in one hierarchy. */
const NEEDED = ['cpu', 'memory', 'pids'];

/** @throws where groups of this machine cannot limit what is in them: version 2, in a container that shares nothing. */
export function assertDivisible(): void {
  const enabled = join(ROOT, 'cgroup.subtree_control');
  if (!existsSync(enabled)) return;
  const names = readFileSync(enabled, 'utf8').trim().split(' ');
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`it needs control groups with ${missing.join(', ')}`);
}

/** Makes a cgroup for this process's node in every hierarchy of this machine; returns their folders. */
export function createGroups(): string[] {
  const name = `${PREFIX}${process.pid}-${made++}`;
  return parents().map((parent) => {
    removeForgotten(parent);
    const folder = join(parent, name);
    mkdirSync(folder);
    // A new cpuset is empty, and nothing can run in it.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const inherited = join(parent, file);
      if (existsSync(inherited)) writeFileSync(join(folder, file), readFileSync(inherited));
    }
    return folder;
  });
}

/** Version 1 has a hierarchy per controller; version 2 has one, where a group with processes cannot be divided. */
function parents(): string[] {
  if (existsSync(join(ROOT, 'cgroup.controllers'))) return [ROOT];
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const [, controllers = '', path = ''] = line.split(':');
    const hierarchy = join(ROOT, controllers.replace('name=', ''));
    if (!controllers || !existsSync(hierarchy)) return [];
    const own = join(hierarchy, path);
    return [existsSync(own) ? own : hierarchy];
  });
}

/** The leftovers of nodes whose processes were killed along with their guardians. */
function removeForgotten(parent: string): void {
  for (const name of readdirSync(parent).filter((one) => one.startsWith(PREFIX))) {
    const [owner = ''] = name.slice(PREFIX.length).split('-');
    if (!existsSync(`/proc/${owner}`)) removeGroup(join(parent, name));
  }
}
