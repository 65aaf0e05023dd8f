import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, boolean, explicit, implicit, integer, octets, oid, sequence, set, time, utf8 } from './der.ts';

/** A certificate and its private key, both PEM. */
export interface Pair {
  certificate: string;
  key: string;
}

/** What a certificate is for: a user or component that connects, a server, or both. */
export interface Subject {
  name: string;
  groups?: string[];
  /** DNS names and IP addresses, for a server. */
  hosts?: string[];
}

const validFor = 7 * 24 * 3600_000;
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

/** A certificate authority that lives in memory for as long as one cluster does. */
export class Authority {
  readonly certificate: string;
  readonly #name: Buffer;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #keyId: Buffer;

  constructor(name: string) {
    this.#name = distinguishedName({ name });
    this.#keyId = keyId(this.#keys.publicKey);
    this.certificate = this.#sign(this.#name, this.#keys.publicKey, [
      extension('2.5.29.19', sequence(boolean(true)), true),
      extension('2.5.29.15', bits(Buffer.from([0b0000_0110]), 1), true), // keyCertSign, cRLSign
      extension('2.5.29.14', octets(this.#keyId)),
    ]);
  }

  /** Issues a certificate that serves as client and as server. */
  issue(subject: Subject): Pair {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const extensions = [
      extension('2.5.29.15', bits(Buffer.from([0b1000_0000]), 7), true), // digitalSignature
      extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))), // server and client
      extension('2.5.29.35', sequence(implicit(0, this.#keyId))),
    ];
    if (subject.hosts) extensions.push(extension('2.5.29.17', sequence(...subject.hosts.map(alternativeName))));
    return {
      certificate: this.#sign(distinguishedName(subject), keys.publicKey, extensions),
      key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }

  #sign(subject: Buffer, publicKey: KeyObject, extensions: Buffer[]): string {
    const body = sequence(
      explicit(0, integer(Buffer.from([2]))),
      integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
      ecdsaWithSha256,
      this.#name,
      // An hour back, for machines whose clocks are not quite the same.
      sequence(time(new Date(Date.now() - 3600_000)), time(new Date(Date.now() + validFor))),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      explicit(3, sequence(...extensions)),
    );
    const signature = sign('sha256', body, this.#keys.privateKey);
    return new X509Certificate(sequence(body, ecdsaWithSha256, bits(signature))).toString();
  }
}

/** Keys that sign and verify service account tokens. */
export function tokenKeys(): { publicKey: string; privateKey: string } {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: keys.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
  };
}

/** Kubernetes reads the user from the common name and the groups from the organizations. */
function distinguishedName({ name, groups = [] }: Subject): Buffer {
  const attribute = (type: string, value: string) => set(sequence(oid(type), utf8(value)));
  return sequence(...groups.map((group) => attribute('2.5.4.10', group)), attribute('2.5.4.3', name));
}

function alternativeName(host: string): Buffer {
  return isIP(host) === 4 ? implicit(7, Buffer.from(host.split('.').map(Number))) : implicit(2, Buffer.from(host));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return critical ? sequence(oid(id), boolean(true), octets(value)) : sequence(oid(id), octets(value));
}

function keyId(publicKey: KeyObject): Buffer {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}
