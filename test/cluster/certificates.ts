import 'reflect-metadata';
import { KeyObject, type webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

/** A certificate or public key and its private key, in PEM. */
export interface Pair {
  public: string;
  private: string;
}

/** A certificate's subject: a connecting user or component, a server, or both. */
export interface Subject {
  name: string;
  groups?: string[];
  /** DNS names and IP addresses, for a server. */
  hosts?: string[];
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
const { digitalSignature, keyCertSign, cRLSign } = x509.KeyUsageFlags;

/** A certificate authority, kept in memory for the life of one cluster. */
export async function createAuthority(name: string): Promise<{
  certificate: string;
  /** Issues a certificate for both client and server use. */
  issue: (subject: Subject) => Promise<Pair>;
}> {
  const keys = await generateKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: [{ CN: [name] }],
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const issue = async ({ name, groups = [], hosts = [] }: Subject): Promise<Pair> => {
    const { publicKey, privateKey } = await generateKeys();
    const names = hosts.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }));
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity(),
      issuer: authority.subjectName,
      // Kubernetes reads the user from the common name and groups from the organizations.
      subject: [...groups.map((group) => ({ O: [group] })), { CN: [name] }],
      publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ...(hosts.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      ],
    });
    return { public: certificate.toString('pem'), private: pem(privateKey) };
  };
  return { certificate: authority.toString('pem'), issue };
}

/** Keys that verify and sign service account tokens. */
export async function tokenKeys(): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeys();
  return { public: pem(publicKey), private: pem(privateKey) };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function pem(key: webcrypto.CryptoKey): string {
  const type = key.type === 'public' ? 'spki' : 'pkcs8';
  return KeyObject.from(key).export({ type, format: 'pem' }).toString();
}

/** A week, from an hour ago to allow for clock skew. */
function validity(): { notBefore: Date; notAfter: Date } {
  const hour = 3600_000;
  return { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + 7 * 24 * hour) };
}
