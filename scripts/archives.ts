import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import JSZip from 'jszip';
import type { Files } from './server-files.ts';

/** One moment for all entries, so that the same content is the same archive. */
const DATE = new Date('2000-01-01T00:00:00Z');

/** A zip archive of the files. */
export async function zipOf(files: Files): Promise<Buffer> {
  const zip = new JSZip();
  for (const [path, content] of files) zip.file(path, content, { date: DATE, createFolders: false });
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE', compressionOptions: { level: 9 } });
}

/** Writes the files into a folder, which is made if it is missing. */
export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
