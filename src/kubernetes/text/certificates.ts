import { X509Certificate } from 'node:crypto';
import type { KubernetesObject } from '../apimachinery/objects.ts';

/** A certificate in a field of an object, and its summary. */
export interface CertificateText {
  /** `.data[tls.crt]` */
  path: string;
  /** `CN=shop; names: shop.example.com; issuer: CN=R3; valid 2026-01-01 to 2026-04-01` */
  text: string;
}

const PEM = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/;
/** The start of PEM in base64. */
const ENCODED = /^\s*LS0tLS1CRUdJTi/;
const MAX_CERTIFICATES = 20;
const MAX_CHARACTERS = 100_000;
const MAX_NAMES = 300;

/** The first certificate of each field that contains any, as PEM or base64 of PEM. Keys are not read. */
export function certificatesIn(object: KubernetesObject): CertificateText[] {
  const found: CertificateText[] = [];
  const path: (string | number)[] = [];
  const visit = (value: unknown) => {
    if (found.length >= MAX_CERTIFICATES) return;
    if (typeof value === 'string') {
      const text = describe(value);
      if (text) found.push({ path: path.map(step).join(''), text });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        path.push(Array.isArray(value) ? Number(key) : key);
        visit(member);
        path.pop();
      }
    }
  };
  const { metadata: _, ...content } = object;
  visit(content);
  return found;
}

function step(key: string | number): string {
  return typeof key === 'number' || /[./[\]]/.test(key) ? `[${key}]` : `.${key}`;
}

function describe(value: string): string | undefined {
  if (value.length > MAX_CHARACTERS || !(ENCODED.test(value) || value.includes('-----BEGIN '))) return undefined;
  const pem = ENCODED.test(value) ? Buffer.from(value, 'base64').toString('latin1') : value;
  const [block] = PEM.exec(pem) ?? [];
  if (!block) return undefined;
  try {
    const certificate = new X509Certificate(block);
    const { subject, issuer, subjectAltName, validFrom, validTo } = certificate;
    const names = (subjectAltName ?? '').replace(/\b(DNS|IP Address):/g, '').slice(0, MAX_NAMES);
    const by = certificate.checkIssued(certificate) ? 'self-signed' : `issuer: ${inLine(issuer)}`;
    return [inLine(subject), names && `names: ${names}`, by, `valid ${day(validFrom)} to ${day(validTo)}`]
      .filter(Boolean)
      .join('; ');
  } catch {
    // It only looks like a certificate.
    return undefined;
  }
}

function day(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}

function inLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ') || '(no subject)';
}
