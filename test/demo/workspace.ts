import { copyFile, cp } from 'node:fs/promises';
import path from 'node:path';

/** Makes the sample workspace with the cluster's kubeconfig; returns its path. */
export async function makeWorkspace(parent: string, kubeconfig: string): Promise<string> {
  const folder = path.join(parent, 'kubernetes-demo');
  await cp(new URL('workspace', import.meta.url), folder, { recursive: true });
  await copyFile(kubeconfig, path.join(folder, 'kubeconfig.yaml'));
  return folder;
}
