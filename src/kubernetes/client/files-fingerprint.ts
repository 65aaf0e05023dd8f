import { stat } from 'node:fs/promises';

/** Changes whenever one of the files does: edits, replacements and swapped symbolic links alike. */
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
