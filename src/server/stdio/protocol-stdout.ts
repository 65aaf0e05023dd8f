import { fstatSync, statSync } from 'node:fs';

/** What options name as a place to write to, by option. */
export type NamedFiles = Readonly<Record<string, string | undefined>>;

/** @throws Error when one of the files is stdout, by any name: it belongs to the protocol. */
export function assertNoStdout(files: NamedFiles): void {
  for (const [option, path] of Object.entries(files))
    if (path !== undefined && isStdout(path))
      throw new Error(`${option} cannot be stdout (${path}): over stdio, stdout is the protocol's.`);
}

function isStdout(path: string): boolean {
  if (path === '-') return true;
  try {
    const [one, other] = [statSync(path), fstatSync(1)];
    return one.dev === other.dev && one.ino === other.ino;
  } catch {
    // It is made when something is written.
    return false;
  }
}
