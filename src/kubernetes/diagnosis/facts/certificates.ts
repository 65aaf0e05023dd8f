import { X509Certificate } from 'node:crypto';
import { ageText } from '../../apimachinery/duration.ts';
import { cause, type Finding, risk, someOf } from './finding.ts';
import { type Filling, say } from './message.ts';

/** A certificate that expires within this time is a risk. */
const SOON_MS = 30 * 86_400_000;
const PEM = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
/** More certificates than this are a bundle, of which only some are checked. */
const MAX_CERTIFICATES = 20;

/** Describes the certificates in a field, and their problems. */
export interface CertificateReport {
  /** `CN=shop for shop.example.com, valid for 89d, issued by CN=R3`; '' if it is not a certificate. */
  summary: string;
  findings: Finding[];
}

/**
 * Judges certificates as stored in an object: base64 of PEM. Every one of `hosts` must be among their names; a CA
 * bundle is not a chain.
 */
export function certificateReport(
  base64: unknown,
  what: Filling,
  { hosts = [], bundle = false }: { hosts?: readonly string[]; bundle?: boolean } = {},
): CertificateReport {
  const pem = typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString('latin1') : '';
  const blocks = (pem.match(PEM) ?? []).slice(0, MAX_CERTIFICATES);
  const certificates = blocks.flatMap((block) => parse(block) ?? []);
  const [leaf] = certificates;
  if (!leaf) {
    const problem = pem.trim() === '' ? say`${what} is empty` : say`${what} is no certificate in PEM`;
    return { summary: '', findings: [cause(problem)] };
  }
  const broken = blocks.length - certificates.length;
  const findings = [
    ...(broken > 0 ? [cause(say`${what} holds ${broken} certificates that cannot be read`)] : []),
    ...certificates.flatMap((certificate) => validityFindings(certificate, what)),
    ...(bundle ? [] : [...chainFindings(certificates, what), ...hostFindings(leaf, hosts, what)]),
  ];
  return { summary: summaryOf(leaf, certificates.length), findings };
}

function parse(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

function validityFindings(certificate: X509Certificate, what: Filling): Finding[] {
  const name = say`the certificate ${oneLine(certificate.subject)} in ${what}`;
  const begin = Date.parse(certificate.validFrom);
  const left = Date.parse(certificate.validTo) - Date.now();
  const end = new Date(certificate.validTo).toISOString().slice(0, 10);
  if (left < 0) return [cause(say`${name} expired ${ageText(-left)} ago, on ${end}`)];
  if (begin > Date.now()) return [cause(say`${name} is not valid before ${new Date(begin).toISOString()}`)];
  return left < SOON_MS ? [risk(say`${name} expires in ${ageText(left)}, on ${end}`)] : [];
}

// Servers send the file as it is, and most clients need each certificate to be followed by its issuer.
function chainFindings(certificates: readonly X509Certificate[], what: Filling): Finding[] {
  return certificates.slice(1).flatMap((issuer, index) => {
    const issued = certificates[index];
    if (!issued || issued.checkIssued(issuer)) return [];
    return [
      cause(
        say`the chain in ${what} is broken: ${oneLine(issued.subject)} is followed by ${oneLine(issuer.subject)} but was issued by ${oneLine(issued.issuer)}`,
      ),
    ];
  });
}

function hostFindings(leaf: X509Certificate, hosts: readonly string[], what: Filling): Finding[] {
  const foreign = hosts.filter((host) => !isFor(leaf, host));
  if (foreign.length === 0) return [];
  return [
    cause(say`the certificate in ${what} is not for ${someOf(foreign, 5)}; it is for ${namesOf(leaf) || say`no host`}`),
  ];
}

// Only the same wildcard covers a wildcard host.
function isFor(leaf: X509Certificate, host: string): boolean {
  const names = alternativeNames(leaf);
  return host.startsWith('*.') ? names.includes(host.toLowerCase()) : leaf.checkHost(host) !== undefined;
}

function alternativeNames({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? '').split(/,\s*/).map((name) => name.replace(/^(DNS|IP Address):/, '').toLowerCase());
}

function namesOf(leaf: X509Certificate): Filling {
  return someOf(alternativeNames(leaf).filter(Boolean), 5);
}

function summaryOf(leaf: X509Certificate, count: number): string {
  const left = Date.parse(leaf.validTo) - Date.now();
  const names = namesOf(leaf);
  const issuer = leaf.checkIssued(leaf) ? 'self-signed' : `issued by ${oneLine(leaf.issuer)}`;
  const validity = left < 0 ? 'expired' : `valid for ${ageText(left)}`;
  return `${oneLine(leaf.subject)}${names ? ` for ${names}` : ''}, ${validity}, ${issuer}${count > 1 ? `, ${count - 1} more in its chain` : ''}`;
}

// Node prints a name with one line per part.
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ') || '(no subject)';
}
