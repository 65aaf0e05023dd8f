import { stat } from 'node:fs/promises';

/** Changes whenever one of the files does: an edit, a replacement or a symbolic link that moves. */
export async function filesFingerprint(paths: readonly string[]): Promise<string> {
  const stats = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs, ctimeMs, size, ino }) => `${mtimeMs}/${ctimeMs}/${size}/${ino}`,
        () => 'absent',
      ),
    ),
  );
  return stats.join(' ');
}
