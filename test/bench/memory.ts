import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Resident memory of a process and all its children, in bytes; NaN where the system does not report it. */
export interface Memory {
  now: number;
  /** The peak so far, summed over processes; outside Linux the highest sampled value. */
  peak: number;
}

interface Process {
  pid: number;
  parent: number;
  now: number;
  peak: number;
}

const seen = new Map<number, number>();

/** The memory of the process and its children. */
export async function treeMemory(root: number): Promise<Memory> {
  const tree = inTree(process.platform === 'linux' ? await fromProc() : await fromPs(), root);
  if (tree.length === 0) return { now: Number.NaN, peak: Number.NaN };
  const sum = (of: (one: Process) => number) => tree.reduce((total, one) => total + of(one), 0);
  const peak = Math.max(
    sum((one) => one.peak),
    seen.get(root) ?? 0,
  );
  seen.set(root, peak);
  return { now: sum((one) => one.now), peak };
}

function inTree(processes: Process[], root: number): Process[] {
  const pids = new Set([root]);
  for (let size = 0; size !== pids.size; ) {
    size = pids.size;
    for (const { pid, parent } of processes) if (pids.has(parent)) pids.add(pid);
  }
  return processes.filter(({ pid }) => pids.has(pid));
}

async function fromProc(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // A process may end between the two reads.
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')));
  return texts.map((text) => {
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    return { pid: field('Pid'), parent: field('PPid'), now: field('VmRSS') * 1024, peak: field('VmHWM') * 1024 };
  });
}

async function fromPs(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=']).catch(() => ({ stdout: '' }));
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, kilobytes] = line.trim().split(/\s+/).map(Number);
    if (pid === undefined || parent === undefined || kilobytes === undefined) return [];
    return [{ pid, parent, now: kilobytes * 1024, peak: kilobytes * 1024 }];
  });
}
