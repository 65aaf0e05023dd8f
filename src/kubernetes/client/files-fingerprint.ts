import { statSync } from 'node:fs';

/**
 * Changes whenever one of the files does: an edit, a replacement or a symbolic link that moves. Looks at once: every call
 * asks, and the thread pool would take ten times as long.
 */
export function filesFingerprint(paths: readonly string[]): string {
  return paths.map(fingerprint).join(' ');
}

function fingerprint(path: string): string {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(path);
    return `${mtimeMs}/${ctimeMs}/${size}/${ino}`;
  } catch {
    return 'absent';
  }
}
