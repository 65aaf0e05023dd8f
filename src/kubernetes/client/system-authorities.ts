import type { JsonObject } from '../apimachinery/objects.ts';

/**
 * As with kubectl, a cluster that names no authority trusts the system's, which Node.js does not use by default, in
 * addition to those bundled with Node.js.
 */
export async function withSystemAuthorities(cluster: JsonObject): Promise<JsonObject> {
  if (namesAuthority(cluster) || cluster['insecure-skip-tls-verify'] || !String(cluster.server).startsWith('https:'))
    return { ...cluster };
  const { getCACertificates } = await import('node:tls');
  const certificates = [...getCACertificates('default'), ...getCACertificates('system')];
  const data = Buffer.from([...new Set(certificates)].join('\n')).toString('base64');
  return { ...cluster, 'certificate-authority-data': data };
}

/** Does the kubeconfig's cluster name a certificate authority? */
export function namesAuthority(cluster: unknown): boolean {
  const { 'certificate-authority': file, 'certificate-authority-data': data } = (cluster ?? {}) as JsonObject;
  return Boolean(file || data);
}
