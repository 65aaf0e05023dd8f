import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

/** A certificate in PEM, and the issuer that signs with it. */
export interface Issued {
  pem: string;
  name: string;
  keys: webcrypto.CryptoKeyPair;
}

/** Issues a certificate valid for this many days from now; self-signed or signed by another. */
export async function issue(
  name: string,
  { days = 90, hosts = [], by }: { days?: number; hosts?: string[]; by?: Issued } = {},
): Promise<Issued> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const end = Date.now() + days * DAY_MS;
  const certificate = await x509.X509CertificateGenerator.create({
    notBefore: new Date(Math.min(Date.now(), end) - DAY_MS),
    notAfter: new Date(end),
    subject: [{ CN: [name] }],
    issuer: [{ CN: [by?.name ?? name] }],
    publicKey: keys.publicKey,
    signingKey: (by?.keys ?? keys).privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(hosts.length === 0, undefined, true),
      ...(hosts.length > 0
        ? [new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns' as const, value })))]
        : []),
    ],
  });
  return { pem: certificate.toString('pem'), name, keys };
}

/** A certificate request, in PEM. */
export async function signingRequest(
  name: string,
  { organizations = [], names = [] }: { organizations?: string[]; names?: x509.JsonGeneralName[] } = {},
): Promise<string> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [...organizations.map((one) => ({ O: [one] })), { CN: [name] }],
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } as webcrypto.EcdsaParams,
    extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
  });
  return request.toString('pem');
}

/** A Secret with a certificate, as a manifest; the key is a dummy, since nobody may read it anyway. */
export function tlsSecret(name: string, namespace: string, ...chain: readonly (Issued | string)[]): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const pem = chain.map((one) => (typeof one === 'string' ? one : one.pem)).join('\n');
  return `apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: ${namespace} }
type: kubernetes.io/tls
data: { tls.crt: ${base64(pem)}, tls.key: ${base64('the-private-key-of-nobody')} }`;
}
