import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A private folder for one run of helm, deleted afterwards. */
export interface WorkFolder extends AsyncDisposable {
  path: string;
  /** Writes a file into it and returns its path. */
  write(name: string, text: string): Promise<string>;
}

export async function workFolder(): Promise<WorkFolder> {
  const path = await mkdtemp(join(tmpdir(), 'mcp-k8s-helm-'));
  return {
    path,
    async write(name, text) {
      const file = join(path, name);
      await writeFile(file, text, { mode: 0o600, flag: 'wx' });
      return file;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
