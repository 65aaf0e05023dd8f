import type { JsonObject } from '../apimachinery/objects.ts';

/**
 * A cluster that names no authority trusts those of this machine, as with kubectl, which Node.js by itself does not ask;
 * beside those that come with Node.js.
 */
export async function withSystemAuthorities(cluster: JsonObject): Promise<JsonObject> {
  if (namesAuthority(cluster) || cluster['insecure-skip-tls-verify'] || !String(cluster.server).startsWith('https:'))
    return { ...cluster };
  const { getCACertificates } = await import('node:tls');
  const certificates = [...getCACertificates('default'), ...getCACertificates('system')];
  const data = Buffer.from([...new Set(certificates)].join('\n')).toString('base64');
  return { ...cluster, 'certificate-authority-data': data };
}

/** Whether a cluster of a kubeconfig says whose signature its certificate must bear. */
export function namesAuthority(cluster: unknown): boolean {
  const { 'certificate-authority': file, 'certificate-authority-data': data } = (cluster ?? {}) as JsonObject;
  return Boolean(file || data);
}
