import { existsSync, globSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** Removes a cgroup and its descendants; false while one of them has a process. */
export function removeGroup(folder: string): boolean {
  if (!existsSync(folder)) return true;
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (!inner.map(({ name }) => removeGroup(join(folder, name))).every(Boolean)) return false;
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** Is there a process in a cgroup, or in one inside of it? */
export function hasProcesses(folder: string): boolean {
  return globSync(join(folder, '**/cgroup.procs')).some((file) => {
    try {
      return readFileSync(file, 'utf8').trim() !== '';
    } catch {
      // It has just been removed.
      return false;
    }
  });
}
